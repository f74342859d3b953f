/** Version of this SDK, the one in its package.json. */
export const sdkVersion: string = "0.1.0";
