//! stand-in
use crate::token::algorithm::AlgorithmSet;
/// Key.
#[derive(Debug)]
pub struct Key {}
/// Ignored.
#[derive(Debug, Clone)]
pub struct IgnoredKey {}
/// Kinds.
#[derive(Clone, Copy, Debug)]
pub enum Kinds {
    /// a
    Asymmetric,
    /// s
    Symmetric {
        /// a
        algorithms: AlgorithmSet,
    },
}
