//! What the desk promises: every test runs the declarations as a bureau would, on both databases where it can.

mod support;

mod bad_input;
mod budget;
mod budget_carry;
mod budget_control;
mod budget_engine;
mod credit;
mod credit_bank;
mod derived;
mod duties;
mod effects;
mod export;
mod files;
mod hostile;
mod imports;
mod indexes;
mod jobs;
mod kinds;
mod numbers;
mod pages;
mod parts;
mod party;
mod reveal;
mod scope;
mod sealed;
mod search;
mod shared;
mod sign_in;
mod signing;
mod special_education;
mod training;
mod training_checks;
mod training_rules;
mod two_times;
mod watches;
