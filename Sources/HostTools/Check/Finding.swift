// The report of a check.

import Scaffold

/// One finding.
public struct Finding: Sendable, Codable, Hashable {
    /// The rule's name, such as `server-start`.
    public let rule: String
    /// The severity.
    public let severity: Severity
    /// The file, as a path below the project's folder.
    public let file: String
    /// The line in the file, from 1.
    public let line: Int
    /// What is wrong, and the consequence on PythonAnywhere.
    public let message: String
    /// How to fix it.
    public let fix: String
    /// The name of the relevant page of PythonAnywhere's help, if any.
    public let page: String?

    /// The address of that page.
    public var address: String? {
        page.map { "https://help.pythonanywhere.com/pages/\($0)/" }
    }
}

/// The findings of a check, and how the project was checked.
public struct CheckReport: Sendable, Codable, Hashable {
    /// The Python that ran the checker.
    public struct Interpreter: Sendable, Codable, Hashable {
        /// The path of the program.
        public let path: String
        /// Its version, such as `3.13.1`.
        public let version: String
    }

    /// A file that was not read.
    public struct Unread: Sendable, Codable, Hashable {
        /// The file, as a path below the project's folder.
        public let file: String
        /// The reason.
        public let why: String
    }

    /// The version of this document's format.
    public let version: Int
    /// The entry file, as a path below the project's folder.
    public let entry: String
    /// Other possible entry files.
    public let candidates: [String]
    /// The Python version of the check, such as `3.13`.
    public let python: String
    /// The Python that ran the checker.
    public let interpreter: Interpreter
    /// Whether the app was loaded, and not only read.
    public let loaded: Bool
    /// The number of findings that comments in the code suppress.
    public let allowed: Int
    /// Files that could not be read, each with the reason.
    public let unread: [Unread]
    /// The findings, sorted by file and line.
    public let findings: [Finding]

    /// Returns the number of findings with a severity.
    ///
    /// - Parameter severity: The severity.
    /// - Returns: Their number.
    public func count(_ severity: Severity) -> Int {
        findings.count { $0.severity == severity }
    }
}
