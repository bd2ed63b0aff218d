export declare const modulePath: string;
export declare function kernelModule(): Promise<string>;
