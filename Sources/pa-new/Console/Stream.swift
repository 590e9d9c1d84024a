// The two output streams of the process; all output goes through them. Data goes to stdout, errors
// to stderr. Colour is used only if the terminal can show it and the user does not forbid it.

import HostTools
import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// One of the two output streams of the process.
struct Stream {
    let descriptor: Int32

    static let output = Stream(descriptor: STDOUT_FILENO)
    static let error = Stream(descriptor: STDERR_FILENO)

    /// Whether to use colour: the stream is a terminal that can show it, and NO_COLOR is not set
    /// (https://no-color.org).
    var hasColour: Bool {
        canErase && (getenv("NO_COLOR").map { String(cString: $0) } ?? "").isEmpty
    }

    /// Whether a line can be shown and erased again: the stream is a terminal, but not a "dumb"
    /// one.
    var canErase: Bool {
        let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
        return isatty(descriptor) == 1 && !["", "dumb"].contains(terminal)
    }

    /// How to show a text: wrapped to the terminal's width, in colour if it has any; plain elsewhere.
    var style: TextStyle {
        guard isatty(descriptor) == 1 else { return .plain }
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return TextStyle(width: isKnown ? Int(size.ws_col) : 80, hasColour: hasColour)
    }

    /// Writes a text, all of it.
    ///
    /// - Parameter text: The text, with its line ends.
    /// - Throws: ``OutputError`` if the stream accepts no more.
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

/// The stream accepts no more: a full disk, or a closed pipe.
struct OutputError: Error {
    let code: Int32

    var diagnostic: Diagnostic {
        Diagnostic("the output could not be written", reason: String(cString: strerror(code)))
    }

    /// The message for an error after the project was made.
    func diagnostic(besides report: Report) -> Diagnostic {
        Diagnostic(
            "the output could not be written",
            reason: String(cString: strerror(code)),
            hint:
                "the project is complete; for the next steps, see \(quoted(report.target + "/README.md"))"
        )
    }
}

/// Calls write(2); inside ``Stream``, the plain name means the method of that type.
private func unistd_write(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
