export declare function trainedHash(t: object): string;
