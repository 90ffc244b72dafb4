//! Verifiable lottery (电脑派位): anyone can recompute it.
