//! What rules need to know about code. Every function errs on the side of "not
//! shown": `None` or `false` means that a rule must decline.

pub mod array_use;
pub mod arrays;
pub mod calls;
pub mod comments;
pub mod constant_names;
pub mod data_values;
pub mod dense;
pub mod effect_free;
pub mod execution;
pub mod expressions;
pub mod fresh;
pub mod functions;
pub mod hosts;
pub mod imports;
pub mod keys;
pub mod known_code;
pub mod layout;
pub mod lines;
pub mod literals;
pub mod missing;
pub mod module_place;
pub mod modules;
pub mod names;
pub mod nan;
pub mod numbers;
pub mod placing;
pub mod presence;
pub mod primitives;
mod pure_calls;
pub mod purity;
pub mod searches;
pub mod still;
pub mod strings;
pub mod types;
pub mod usage;
