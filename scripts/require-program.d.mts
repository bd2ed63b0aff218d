/** The path of a program, installed if it has to be and can be. @throws where it is missing. */
export function requireProgram(name: string): string;
