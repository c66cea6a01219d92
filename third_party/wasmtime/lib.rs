//! Nothing of our own: the C functions of the engine, made into one static library.
pub use wasmtime_c_api::*;
