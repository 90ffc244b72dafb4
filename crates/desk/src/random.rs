//! Random secrets, from the operating system.

/// So many random bytes as lower-case hex.
///
/// # Panics
/// When the operating system gives no random bytes; nothing safe can be done then.
pub fn hex(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    getrandom::fill(&mut buffer).expect("the operating system gives random bytes");
    luoshi_kernel::digest::hex(&buffer)
}
