//! Key switches and bootstraps on an NVIDIA GPU, by tfhe-rs's `core_crypto::gpu`. Only with the cargo feature `gpu`; the
//! linear part stays on the processor, whose share is small.

use tfhe::core_crypto::commons::math::random::{CompressionSeed, Seed};
use tfhe::core_crypto::gpu::glwe_ciphertext_list::CudaGlweCiphertextList;
use tfhe::core_crypto::gpu::lwe_bootstrap_key::{
    CudaLweBootstrapKey, CudaModulusSwitchNoiseReductionConfiguration,
};
use tfhe::core_crypto::gpu::lwe_ciphertext_list::CudaLweCiphertextList;
use tfhe::core_crypto::gpu::lwe_keyswitch_key::CudaLweKeyswitchKey;
use tfhe::core_crypto::gpu::vec::{CudaVec, GpuIndex};
use tfhe::core_crypto::gpu::{
    CudaStreams, cuda_keyswitch_lwe_ciphertext, cuda_programmable_bootstrap_lwe_ciphertext,
};
use tfhe::core_crypto::prelude::{
    CiphertextModulus, DecompositionBaseLog, DecompositionLevelCount, GlweCiphertextList, GlweDimension,
    LweCiphertextCount, LweCiphertextList, LweDimension, PolynomialSize, SeededLweBootstrapKey,
    SeededLweKeyswitchKey,
};

use crate::parameters::Parameters;

/// Ciphertexts of one launch: enough to fill a large GPU, few enough to be cancelled soon.
pub(crate) const BATCH: usize = 1024;

/// Both keys in the memory of the first GPU.
pub(crate) struct GpuKey {
    parameters: Parameters,
    streams: CudaStreams,
    key_switching: CudaLweKeyswitchKey<u64>,
    bootstrapping: CudaLweBootstrapKey,
}

impl GpuKey {
    /// Expands seeded keys and uploads them. None where there is no GPU.
    pub(crate) fn upload(
        parameters: &Parameters,
        (switching_seed, switching_bodies): (&[u8; 16], &[u64]),
        (bootstrapping_seed, bootstrapping_bodies): (&[u8; 16], &[u64]),
    ) -> Option<Self> {
        let streams = CudaStreams::new_single_gpu(GpuIndex::try_new(0)?);
        let modulus = CiphertextModulus::new_native();
        let key_switching = SeededLweKeyswitchKey::from_container(
            switching_bodies.to_vec(),
            DecompositionBaseLog(parameters.ks_base_log),
            DecompositionLevelCount(parameters.ks_level),
            LweDimension(parameters.lwe_dimension).to_lwe_size(),
            compression_seed(switching_seed),
            modulus,
        )
        .par_decompress_into_lwe_keyswitch_key();
        let bootstrapping = SeededLweBootstrapKey::from_container(
            bootstrapping_bodies.to_vec(),
            GlweDimension(parameters.glwe_dimension).to_glwe_size(),
            PolynomialSize(parameters.polynomial_size),
            DecompositionBaseLog(parameters.pbs_base_log),
            DecompositionLevelCount(parameters.pbs_level),
            compression_seed(bootstrapping_seed),
            modulus,
        )
        .par_decompress_into_lwe_bootstrap_key();
        Some(Self {
            parameters: *parameters,
            key_switching: CudaLweKeyswitchKey::from_lwe_keyswitch_key(&key_switching, &streams),
            bootstrapping: CudaLweBootstrapKey::from_lwe_bootstrap_key(
                &bootstrapping,
                Some(CudaModulusSwitchNoiseReductionConfiguration::Centered),
                &streams,
            ),
            streams,
        })
    }

    /// Bootstraps `[ciphertexts, k·N + 1]` by one table of N coefficients each.
    pub(crate) fn bootstrap(&self, ciphertexts: Vec<u64>, tables: &[u64]) -> Vec<u64> {
        let Parameters {
            lwe_dimension,
            glwe_dimension,
            polynomial_size,
            ..
        } = self.parameters;
        let (modulus, streams) = (CiphertextModulus::new_native(), &self.streams);
        let big = LweDimension(self.parameters.big_dimension());
        let count = LweCiphertextCount(ciphertexts.len() / big.to_lwe_size().0);
        let input = LweCiphertextList::from_container(ciphertexts, big.to_lwe_size(), modulus);
        let input = CudaLweCiphertextList::from_lwe_ciphertext_list(&input, streams);
        let mut small = CudaLweCiphertextList::new(LweDimension(lwe_dimension), count, modulus, streams);
        let mut output = CudaLweCiphertextList::new(big, count, modulus, streams);
        // Trivial GLWE ciphertexts: no mask, the table as body.
        let glwe_size = GlweDimension(glwe_dimension).to_glwe_size();
        let mask = vec![0; glwe_dimension * polynomial_size];
        let glwes: Vec<u64> = tables
            .chunks_exact(polynomial_size)
            .flat_map(|table| mask.iter().chain(table).copied())
            .collect();
        let glwes =
            GlweCiphertextList::from_container(glwes, glwe_size, PolynomialSize(polynomial_size), modulus);
        let glwes = CudaGlweCiphertextList::from_glwe_ciphertext_list(&glwes, streams);
        let indices = self.indices(count.0);
        let use_matrix_product = false;
        cuda_keyswitch_lwe_ciphertext(
            &self.key_switching,
            &input,
            &mut small,
            &indices,
            &indices,
            true,
            streams,
            use_matrix_product,
        );
        cuda_programmable_bootstrap_lwe_ciphertext(
            &small,
            &mut output,
            &glwes,
            &indices,
            &indices,
            &indices,
            &self.bootstrapping,
            streams,
        );
        output.to_lwe_ciphertext_list(streams).into_container()
    }

    pub(crate) fn polynomial_size(&self) -> usize {
        self.parameters.polynomial_size
    }

    /// 0, 1, 2, … in the memory of the GPU.
    #[allow(unsafe_code)]
    fn indices(&self, count: usize) -> CudaVec<u64> {
        let indices: Vec<u64> = (0..count as u64).collect();
        // SAFETY: the copy is awaited below, before `indices` goes.
        let uploaded = unsafe { CudaVec::from_cpu_async(&indices, &self.streams, 0) };
        self.streams.synchronize();
        uploaded
    }
}

fn compression_seed(seed: &[u8; 16]) -> CompressionSeed {
    Seed(u128::from_le_bytes(*seed)).into()
}
