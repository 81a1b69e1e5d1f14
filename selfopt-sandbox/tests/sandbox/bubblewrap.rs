//! What bubblewrap adds to the contract.
