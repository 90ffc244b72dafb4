//! Item analysis and item response theory for examinations (精准教学).
