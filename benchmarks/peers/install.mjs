// Makes the optional Python environment that some benchmarks compare with: `node benchmarks/peers/install.mjs` installs
// scikit-learn (about 250 MB), with `--torch` PyTorch too (about 3 GB). Without it those rows say that the peer is missing.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { environment, python } from './python.mjs';

const requirements = [
  'requirements.txt',
  ...(process.argv.includes('--torch') ? ['requirements-torch.txt'] : []),
];

execFileSync('python3', ['-m', 'venv', environment], { stdio: 'inherit' });
for (const name of requirements) {
  const file = fileURLToPath(new URL(name, import.meta.url));
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--requirement', file], { stdio: 'inherit' });
}
