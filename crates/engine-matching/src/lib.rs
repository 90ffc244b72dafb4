//! Admission by deferred acceptance and by parallel choices (平行志愿).
