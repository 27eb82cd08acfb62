export * from "./client.js";
export * from "./error.js";
export * from "./operations.js";
export * from "./upload.js";
