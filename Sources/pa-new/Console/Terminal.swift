// Whether pa-new runs in a terminal.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The terminal that pa-new runs in, if any.
enum Terminal {
    /// Whether pa-new can ask the user: stdin and stderr are a terminal.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }
}
