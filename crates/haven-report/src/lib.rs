//! The reports that the law demands, built from the register.
//!
//! Each report is a pure function of the entries of a register ([`input::Input`]), of a period and of a day. The library
//! reads no clock and no file: the same entries, law and day give the same bytes in every format ([`render`]). What is due is
//! in [`duties`], the comparison with another party's data in [`check`]. What the reports hold: `docs/reports.md`.

mod agreements;
pub mod check;
pub mod duties;
mod forms;
pub mod groups;
mod incident;
pub mod input;
pub mod period;
mod public;
mod quarterly;
pub mod render;
pub mod report;
pub mod suppress;
mod trust;
mod view;
mod voices;

pub use agreements::agreements;
pub use forms::forms;
pub use groups::Groups;
pub use incident::incident;
pub use input::Input;
pub use period::Quarter;
pub use public::public;
pub use quarterly::quarterly;
pub use report::Report;
pub use trust::trust;
pub use voices::voices;
