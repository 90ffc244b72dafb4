//! Seats candidates and invigilators in examination rooms (考场编排).
