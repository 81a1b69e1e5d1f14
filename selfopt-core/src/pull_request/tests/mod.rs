//! What maintainers read, and what hostile text can do in it: nothing.

mod body;
mod example;
mod hostile;
mod identity;
mod introduction;
