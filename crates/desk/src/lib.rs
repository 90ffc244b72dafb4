//! What a signed-in person may do: the one road for every change.
