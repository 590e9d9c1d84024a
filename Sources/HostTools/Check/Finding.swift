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
    /// The text of the line; empty if it is not known, or holds a secret.
    public let source: String
    /// The requests that show it; nil for what loading the app or reading its code shows.
    public var paths: [String]? = nil

    /// The address of that page.
    public var address: String? {
        page.map { "https://help.pythonanywhere.com/pages/\($0)/" }
    }
}

/// The findings of a check, and how the project was checked.
public struct CheckReport: Sendable, Codable, Hashable {
    /// What the check has shown.
    public enum Outcome: String, Sendable, Codable, Hashable {
        /// The app was loaded, and answers without an error.
        case works
        /// The app does not load or does not answer on PythonAnywhere.
        case broken
        /// The app could not be loaded on this computer, so only its code was read.
        case notLoaded = "not-loaded"
        /// The app was not to be loaded: its code was read.
        case onlyRead = "only-read"
    }

    /// The domain that the requests were for.
    public struct Site: Sendable, Codable, Hashable {
        /// The domain.
        public let name: String
        /// Where it comes from: `option`, `record`, `entry`, `path` or `stand-in`.
        public let source: String
    }

    /// One request to the app.
    public struct Answer: Sendable, Codable, Hashable {
        /// The path.
        public let path: String
        /// The status of the response; nil if there was none.
        public let status: Int?
    }

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
    /// What the check has shown.
    public let outcome: Outcome
    /// The verdict in one sentence.
    public var summary: String
    /// Why the app could not be loaded on this computer.
    public var unloaded: String? = nil
    /// Sentences about the conditions of the check: what was lent to the app, and what was not possible.
    public let notes: [String]
    /// The domain that the requests were for.
    public let domain: Site
    /// The requests to the app, and how it answered each.
    public let requests: [Answer]
    /// The WSGI file to write, if the app needs another one.
    public var wsgiFile: String? = nil

    enum CodingKeys: String, CodingKey {
        case version, entry, candidates, python, interpreter, loaded, allowed, unread, findings
        case outcome, summary, unloaded, notes, domain, requests
        case wsgiFile = "wsgi_file"
    }

    /// Returns the number of findings with a severity.
    ///
    /// - Parameter severity: The severity.
    /// - Returns: Their number.
    public func count(_ severity: Severity) -> Int {
        findings.count { $0.severity == severity }
    }
}
