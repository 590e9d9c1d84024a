// The address of a template in a git repository: `gh:ada/templates@v2#flask`.

import ProjectFiles

/// The address of a template in a git repository.
public struct TemplateAddress: Sendable, Hashable {
    /// The address of the repository as the user writes it, without the parts after it.
    public let repository: String
    /// The branch, the tag or the whole name of a commit; nil for the default branch.
    public let ref: String?
    /// The folder in the repository; nil for the whole.
    public let folder: String?
    /// How git reaches the repository.
    let transport: GitSource.Transport
    /// The address for git.
    let url: String

    /// Why a text is not the address of a template.
    public enum Problem: Error, Sendable, Hashable {
        /// It has a character that is not allowed.
        case character(Unicode.Scalar)
        /// It is too long.
        case tooLong(most: Int)
        /// It has a password, or what can be one.
        case password
        /// Its protocol is not allowed; what to write instead, if that is known.
        case scheme(String, instead: String?)
        /// It is the path of a repository on the disk; what to write instead.
        case path(instead: String)
        /// It does not have the owner and the name of a repository.
        case noRepository(form: String)
        /// The name of its server is not valid.
        case badHost(String)
        /// Its path cannot be that of a repository.
        case badPath(String)
        /// The part after `@` cannot be the name of a branch, a tag or a commit.
        case badRef(String)
        /// The part after `#` cannot be a folder in a repository.
        case badFolder(String)
    }

    /// The maximum size of an address, in bytes.
    static let maxBytes = 2048

    /// The short forms, each with the server that it stands for.
    private static let hosts = ["gh": "github.com", "gl": "gitlab.com"]

    /// Whether a text is meant as an address, and not as the path of a folder.
    ///
    /// - Parameter text: The text.
    /// - Returns: Whether it begins like an address; `./gh:x` is a path.
    public static func isMeant(by text: String) -> Bool {
        let start = text.prefix { $0 != ":" }
        if start.endIndex == text.endIndex || start.isEmpty { return false }
        if hosts[String(start)] != nil { return true }
        if start.hasSuffix("@") == false, start.contains("@"), !start.contains("/") { return true }
        return text[start.endIndex...].hasPrefix("://")
            && start.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }

    /// Reads an address.
    ///
    /// - Parameter text: The address, with `@REF` and `#FOLDER` after it.
    /// - Throws: ``Problem``.
    public init(_ text: String) throws(Problem) {
        if text.utf8.count > Self.maxBytes { throw .tooLong(most: Self.maxBytes) }
        if let scalar = text.unicodeScalars.first(where: Self.isForbidden) {
            throw .character(scalar)
        }
        let hash = text.firstIndex(of: "#") ?? text.endIndex
        let start = text[..<hash]
        // The last `@` in the path; the ones before the path belong to a user.
        let path = Self.pathStart(start)
        let at = start[path...].lastIndex(of: "@") ?? start.endIndex
        do throws(Problem) {
            try self.init(
                repository: String(start[..<at]),
                ref: at == start.endIndex ? nil : String(start[start.index(after: at)...]),
                folder: hash == text.endIndex ? nil : String(text[text.index(after: hash)...])
            )
        } catch {
            guard case .scheme(let scheme, let instead?) = error else { throw error }
            throw .scheme(scheme, instead: instead + text[at...])
        }
    }

    /// Checks the parts of an address.
    ///
    /// - Parameters:
    ///   - repository: The address of the repository.
    ///   - ref: The branch, the tag or the whole name of a commit; nil for the default branch.
    ///   - folder: The folder in the repository; nil for the whole.
    /// - Throws: ``Problem``.
    public init(repository: String, ref: String?, folder: String?) throws(Problem) {
        for part in [repository, ref ?? "", folder ?? ""] {
            if part.utf8.count > Self.maxBytes { throw .tooLong(most: Self.maxBytes) }
            if let scalar = part.unicodeScalars.first(where: Self.isForbidden) {
                throw .character(scalar)
            }
        }
        (transport, url) = try Self.location(of: repository)
        if let ref, !Self.isRef(ref) { throw .badRef(ref) }
        let folder = folder.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        if let folder, pathProblem(folder) != nil || folder.hasPrefix(":") {
            throw .badFolder(folder)
        }
        self.repository = repository
        self.ref = ref
        self.folder = folder
    }

    /// The whole address.
    public var text: String {
        repository + (ref.map { "@" + $0 } ?? "") + (folder.map { "#" + $0 } ?? "")
    }

    /// The name of the template: that of its folder, or of its repository.
    var name: String {
        let last =
            (folder ?? repository).split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? ""
        return folder == nil && last.hasSuffix(".git") ? String(last.dropLast(4)) : last
    }

    /// What git has to fetch.
    var source: GitSource {
        let ref = ref.map { $0.replacing(each: "%40", by: "@") }
        return GitSource(transport: transport, url: url, ref: ref, folder: folder)
    }

    // MARK: - The repository

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        isInvisible(scalar) || scalar.properties.isWhitespace || scalar == "\\"
    }

    /// The place in an address where the path begins.
    private static func pathStart(_ text: Substring) -> Substring.Index {
        guard let colon = text.firstIndex(of: ":") else { return text.startIndex }
        let after = text[text.index(after: colon)...]
        guard after.hasPrefix("//") else { return text.index(after: colon) }
        let authority = after.dropFirst(2)
        return authority.firstIndex(of: "/") ?? text.endIndex
    }

    /// Returns how git reaches a repository.
    private static func location(
        of text: String
    ) throws(Problem) -> (transport: GitSource.Transport, url: String) {
        let colon = text.firstIndex(of: ":") ?? text.endIndex
        let scheme = String(text[..<colon])
        let rest = text[colon...].dropFirst()
        if let host = hosts[scheme] {
            let names = rest.split(separator: "/", omittingEmptySubsequences: false)
            let isComplete = scheme == "gh" ? names.count == 2 : names.count >= 2
            guard isComplete else { throw .noRepository(form: "\(scheme):OWNER/NAME") }
            try check(path: "/" + rest)
            return (.https, "https://\(host)/\(rest)" + (rest.hasSuffix(".git") ? "" : ".git"))
        }
        guard rest.hasPrefix("//") else {
            // The short form of ssh, which git also takes for a path.
            if scheme.contains("@"), !scheme.contains("/") {
                throw .scheme(scheme, instead: "git+ssh://\(scheme)/\(rest)")
            }
            throw .noRepository(form: "gh:OWNER/NAME")
        }
        let authority = rest.dropFirst(2).prefix { $0 != "/" }
        let path = rest[authority.endIndex...]
        switch scheme {
        case "https", "git+https":
            if authority.contains("@") { throw .password }
            try check(host: authority)
            try check(path: path)
            return (.https, "https:" + rest)
        case "git+ssh":
            try check(sshAuthority: authority)
            try check(path: path)
            return (.ssh, "ssh:" + rest)
        case "git+file":
            guard authority.isEmpty else { throw .noRepository(form: "git+file:///PATH") }
            try check(path: path)
            return (.file, "file:" + rest)
        default:
            if authority.contains("@"), scheme != "ssh" { throw .password }
            let instead = ["http": "https", "git": "https", "ssh": "git+ssh", "file": "git+file"]
            let known = instead[scheme == "git+http" ? "http" : scheme]
            throw .scheme(scheme, instead: known.map { "\($0):\(rest)" })
        }
    }

    /// Checks the part of an address for ssh that names the user and the server.
    private static func check(sshAuthority text: Substring) throws(Problem) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard let host = parts.last, parts.count <= 2 else { throw .badHost(String(text)) }
        try check(host: host)
        guard parts.count == 2, let user = parts.first else { return }
        if user.contains(":") { throw .password }
        let isName = user.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0))
        }
        guard isName, let first = user.first, first != "-" else { throw .badHost(String(text)) }
    }

    /// Checks the name of a server, with a port or without.
    private static func check(host text: Substring) throws(Problem) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let labels = (parts.first ?? "").split(separator: ".", omittingEmptySubsequences: false)
        let areLabels = labels.allSatisfy { label in
            !label.isEmpty && label.first != "-"
                && label.allSatisfy {
                    $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_")
                }
        }
        let isPort = parts.count < 2 || UInt16(parts[1]) != nil
        guard parts.count <= 2, areLabels, isPort else { throw .badHost(String(text)) }
    }

    /// Checks the path of a repository.
    private static func check(path text: Substring) throws(Problem) {
        let path = text.hasSuffix("/") ? text.dropLast() : text
        let names = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let areNames = names.allSatisfy { name in
            !name.isEmpty && name != "." && name != ".." && name.first != "-"
                && !name.contains { "?&;<>|*\"'`$".contains($0) }
        }
        guard path.first == "/", areNames else { throw .badPath(String(text)) }
    }

    /// Whether a text can be the name of a branch, a tag or a commit, as git has its rules.
    private static func isRef(_ text: String) -> Bool {
        let names = text.split(separator: "/", omittingEmptySubsequences: false)
        return names.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".lock") }
            && !text.hasPrefix("-") && !text.hasPrefix("+") && !text.hasSuffix(".")
            && !text.holds("..") && !text.contains("@") && text != "%40" && !text.holds("%40{")
            && !text.contains { ":^~*?[".contains($0) } && text.utf8.count <= 255
    }
}

/// Returns a text without the passwords in the addresses that it has.
///
/// - Parameter text: An address that can be wrong, or git's output.
/// - Returns: The text with `…` for what stands between `//` and `@`, and after a `?`.
package func withoutPasswords(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let start = rest.place(of: "//") {
        result += rest[..<start.upperBound]
        rest = rest[start.upperBound...]
        let end = rest.firstIndex { "/'\n".contains($0) } ?? rest.endIndex
        // The user that everybody has at a server with git is no secret.
        if let at = rest[..<end].lastIndex(of: "@"), rest[..<at] != "git" {
            result += "…"
            rest = rest[at...]
        }
        let address = rest.prefix { !" '\n".contains($0) }
        if let query = address.firstIndex(of: "?") {
            result += rest[...query] + "…"
            rest = rest[address.endIndex...]
        }
    }
    return result + rest
}
