/** The SDK's release, told in its hello; the same as in package.json. */
export const SDK_VERSION = "0.2.0";
