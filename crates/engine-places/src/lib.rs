//! Pupils to come, places needed, sites and catchments.
