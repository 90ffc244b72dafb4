//! One arithmetic for evaluation standards and credit classes (信用分级).
