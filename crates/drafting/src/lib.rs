//! Plan text in, draft measures and targets out.
