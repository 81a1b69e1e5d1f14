//! The service of SelfOpt.
