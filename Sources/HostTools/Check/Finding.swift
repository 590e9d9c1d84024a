// What a look at a project found.

import Scaffold

/// One thing that was found.
public struct Finding: Sendable, Codable, Hashable {
    /// The rule's name, such as `server-start`.
    public let rule: String
    /// How bad it is.
    public let severity: Severity
    /// The file, with a path below the project's folder.
    public let file: String
    /// The line in the file, from 1.
    public let line: Int
    /// What is wrong, and what will happen on the host.
    public let message: String
    /// What to change.
    public let fix: String
    /// The name of the page of the host's help that it follows, if there is one.
    public let page: String?

    /// The address of that page.
    public var address: String? {
        page.map { "https://help.pythonanywhere.com/pages/\($0)/" }
    }
}

/// What a look at a project found, and how it looked.
public struct CheckReport: Sendable, Codable, Hashable {
    /// The Python that looked.
    public struct Interpreter: Sendable, Codable, Hashable {
        /// The path of the program.
        public let path: String
        /// Its version, such as `3.13.1`.
        public let version: String
    }

    /// A file that was not read.
    public struct Unread: Sendable, Codable, Hashable {
        /// The file, with a path below the project's folder.
        public let file: String
        /// Why it was not read.
        public let why: String
    }

    /// The version of this document's form.
    public let version: Int
    /// The entry file, with a path below the project's folder.
    public let entry: String
    /// Other files that could have been the entry file.
    public let candidates: [String]
    /// The Python asked for, such as `3.13`.
    public let python: String
    /// The Python that looked.
    public let interpreter: Interpreter
    /// Whether the app was loaded, or only read.
    public let loaded: Bool
    /// How many findings a comment in the code allows.
    public let allowed: Int
    /// Files that could not be read, each with the reason.
    public let unread: [Unread]
    /// What was found, by file and line.
    public let findings: [Finding]

    /// Returns how many findings are of a severity.
    ///
    /// - Parameter severity: The severity.
    /// - Returns: Their number.
    public func count(_ severity: Severity) -> Int {
        findings.count { $0.severity == severity }
    }
}
