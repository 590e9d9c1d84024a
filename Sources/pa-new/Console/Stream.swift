// The two streams of the process: the only place that prints. Data to stdout, errors to stderr, colour only
// where it is welcome.

import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// One of the two streams of the process.
struct Stream {
    let descriptor: Int32

    static let output = Stream(descriptor: STDOUT_FILENO)
    static let error = Stream(descriptor: STDERR_FILENO)

    /// Whether colour is welcome: on a terminal that can show it, and where NO_COLOR is not set
    /// (https://no-color.org).
    var hasColour: Bool {
        canErase && (getenv("NO_COLOR").map { String(cString: $0) } ?? "").isEmpty
    }

    /// Whether a line can be shown and erased again: on a terminal that is no typewriter.
    var canErase: Bool {
        let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
        return isatty(descriptor) == 1 && !["", "dumb"].contains(terminal)
    }

    /// Writes a text, all of it.
    ///
    /// - Parameter text: The text, with its line ends.
    /// - Throws: ``OutputError`` where the stream takes no more.
    func write(_ text: String) throws(OutputError) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { unistd_write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw OutputError(code: errno)
            }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// The stream takes no more: a full disk, or a closed pipe.
struct OutputError: Error {
    let code: Int32

    var diagnostic: Diagnostic {
        Diagnostic("the output could not be written", reason: String(cString: strerror(code)))
    }

    /// The error in words, where a project was made before it.
    func diagnostic(besides report: Report) -> Diagnostic {
        Diagnostic(
            "the output could not be written",
            reason: String(cString: strerror(code)),
            hint:
                "the project is complete; for the next steps, see \(quoted(report.target + "/README.md"))"
        )
    }
}

/// write(2): inside a type that has a `write` of its own, the plain name would mean that one.
private func unistd_write(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
