// What PythonAnywhere derives from an account and a domain.

/// The name of an account on PythonAnywhere.
public struct AccountName: Sendable, Hashable, CustomStringConvertible {
    /// The name as it was typed: the home folder keeps its case.
    public let description: String

    /// Why an account name is refused.
    public enum Problem: Sendable, Hashable {
        /// It is empty.
        case empty
        /// It has more than 63 characters.
        case tooLong(count: Int)
        /// It has a character that a label of a domain cannot have.
        case character(Character)
        /// It starts or ends with a hyphen.
        case hyphenAtAnEnd
        /// It is a domain or an email address; `user` is its first part, which was probably meant.
        case domain(user: String)
    }

    /// Checks an account name that the user typed.
    ///
    /// The name is a label of PythonAnywhere's own domains, `USER.pythonanywhere.com`, so it must be valid:
    /// letters, digits and hyphens, at most 63 of them (RFC 1123, section 2.1).
    ///
    /// - Parameter text: The account name, such as `alice`.
    /// - Throws: ``ScaffoldError/invalidUser(_:_:)`` if no such account can exist.
    public init(_ text: String) throws(ScaffoldError) {
        switch Hostname.problem(withLabel: text) {
        case nil: description = text
        case .empty: throw .invalidUser(text, .empty)
        case .tooLong(let count): throw .invalidUser(text, .tooLong(count: count))
        case .hyphenAtAnEnd: throw .invalidUser(text, .hyphenAtAnEnd)
        case .character(let character):
            // If the user types the domain or an email address, its first part is meant.
            let cuts: Set<Character> = [".", "@"]
            let start = text.prefix { !cuts.contains($0) }
            if cuts.contains(character), Hostname.problem(withLabel: start) == nil {
                throw .invalidUser(text, .domain(user: String(start)))
            }
            throw .invalidUser(text, .character(character))
        }
    }
}

/// The domain of a web app, in lower case.
public struct Domain: Sendable, Hashable, CustomStringConvertible {
    /// The domain, such as `alice.pythonanywhere.com`.
    public let description: String

    /// Why a domain is refused.
    public enum Problem: Sendable, Hashable {
        /// It is empty.
        case empty
        /// It is a URL, with a scheme, port or path around the domain.
        case address(domain: String)
        /// It has more than 253 characters.
        case tooLong(count: Int)
        /// A label is empty.
        case emptyLabel
        /// It has no dot.
        case singleLabel
        /// A label has more than 63 characters.
        case longLabel(String)
        /// A label starts or ends with a hyphen.
        case hyphenAtAnEnd(String)
        /// It is not in its ASCII form.
        case international
        /// It has a character that a domain cannot have.
        case character(Character)
        /// It is one of PythonAnywhere's own.
        case host
        /// Its last label is a number, as in an IP address.
        case number
    }

    /// Checks a domain that the user typed.
    ///
    /// - Parameter text: A hostname of at least two labels (RFC 1123, section 2.1), such as
    ///   `alice.eu.pythonanywhere.com` or `www.example.com`.
    /// - Throws: ``ScaffoldError/invalidDomain(_:_:)`` with the first rule that it breaks.
    public init(_ text: String) throws(ScaffoldError) {
        if let problem = Self.problem(with: text) { throw .invalidDomain(text, problem) }
        description = text.lowercased()
    }

    /// Creates the domain that every account has.
    package init(of account: AccountName, isEuropean: Bool = false) {
        let system = isEuropean ? "eu.pythonanywhere.com" : "pythonanywhere.com"
        description = "\(account.description.lowercased()).\(system)"
    }

    /// Creates the domain with the placeholder, for when no account is given.
    fileprivate init(ofPlaceholder account: String) {
        description = "\(account).pythonanywhere.com"
    }

    /// Whether the web app runs on PythonAnywhere's EU system.
    var isEuropean: Bool { description.hasSuffix(".eu.pythonanywhere.com") }

    /// Whether an account can have this domain.
    ///
    /// Below PythonAnywhere's own domains, an account has its own name and `SOMETHING-USER`. Any account
    /// can have any other domain.
    package func canBelong(to account: AccountName) -> Bool {
        let own = ".pythonanywhere.com"
        guard ("." + description).hasSuffix(own) else { return true }
        var label = description.dropLast(min(own.count, description.count))
        if isEuropean { label = label.dropLast(".eu".count) }
        let user = account.description.lowercased()
        return label == user || (label.hasSuffix("-" + user) && !label.contains("."))
    }

    private static func problem(with text: String) -> Problem? {
        if text.isEmpty { return .empty }
        if text.utf8.count > 4096 { return .tooLong(count: text.count) }
        if let domain = domain(inAddress: text) { return .address(domain: domain) }
        if text.contains(where: { !$0.isASCII && ($0.isLetter || $0.isNumber) }) {
            return .international
        }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        for label in labels {
            switch Hostname.problem(withLabel: label) {
            case nil: continue
            case .empty: return .emptyLabel
            case .tooLong: return .longLabel(String(label))
            case .hyphenAtAnEnd: return .hyphenAtAnEnd(String(label))
            case .character(let character): return .character(character)
            }
        }
        if text.count > 253 { return .tooLong(count: text.count) }
        if labels.count < 2 { return .singleLabel }
        let own = ["pythonanywhere.com", "www.pythonanywhere.com", "eu.pythonanywhere.com"]
        if own.contains(text.lowercased()) { return .host }
        // A last label of digits means an IP address and not a name (RFC 3696, section 2).
        if labels.last?.allSatisfy(\.isNumber) ?? false { return .number }
        return nil
    }

    /// Returns the domain in a text like `https://www.example.com:443/page`; nil for other texts.
    private static func domain(inAddress text: String) -> String? {
        var rest = text[...]
        for scheme in ["https://", "http://", "//"] where rest.lowercased().hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
        }
        let host = rest.prefix { !"/:?#".contains($0) }
        guard host.count < text.count, problem(with: String(host)) == nil else { return nil }
        return String(host)
    }
}

/// The rules for one label of a hostname (RFC 1123, section 2.1).
private enum Hostname {
    enum Problem {
        case empty
        case tooLong(count: Int)
        case character(Character)
        case hyphenAtAnEnd
    }

    static func problem(withLabel label: some StringProtocol) -> Problem? {
        if label.isEmpty { return .empty }
        let allowed: (Character) -> Bool = {
            $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-"
        }
        if let stranger = label.first(where: { !allowed($0) }) { return .character(stranger) }
        if label.count > 63 { return .tooLong(count: label.count) }
        if label.hasPrefix("-") || label.hasSuffix("-") { return .hyphenAtAnEnd }
        return nil
    }
}

/// The paths and the URL of a project on PythonAnywhere.
public struct Site: Sendable, Hashable {
    /// The placeholder for the account if none is given.
    public static let placeholder = "USER"

    /// The project's folder name.
    let folder: String
    /// The account, or the placeholder.
    public let user: String
    /// The domain of the web app.
    public let domain: Domain

    /// Derives the paths and the URL of a project.
    ///
    /// - Parameters:
    ///   - name: The project's name.
    ///   - account: The account; nil if none is given.
    ///   - domain: The domain; nil for the account's own.
    init(name: ProjectName, account: AccountName?, domain: Domain?) {
        folder = name.folder
        user = account?.description ?? Self.placeholder
        self.domain = domain ?? account.map { Domain(of: $0) } ?? Domain(ofPlaceholder: user)
    }

    /// The account's home folder.
    public var home: String { "/home/\(user)" }

    /// The source folder on the Web tab.
    public var sourceFolder: String { "\(home)/\(folder)" }

    /// The name of the entry file of projects that pa-new makes.
    package static let entryFile = "wsgi.py"

    /// The URL of the Web tab's static file mapping.
    package static let staticURL = "/static/"

    /// The name of the project's folder with static files.
    package static let staticName = "static"

    /// The folder for the Web tab's static file mapping.
    public var staticFolder: String { "\(sourceFolder)/\(Self.staticName)" }

    /// The virtualenv on the Web tab, as `mkvirtualenv` names it.
    public var virtualenv: String { "\(home)/.virtualenvs/\(folder)" }

    /// The account's MySQL server, as the Databases tab names it.
    public var mysqlHost: String {
        "\(user).mysql\(domain.isEuropean ? ".eu" : "").pythonanywhere-services.com"
    }

    /// The WSGI file.
    ///
    /// Its name comes from the domain: dots become underscores, hyphens stay.
    public var wsgiFile: String {
        "/var/www/" + String(domain.description.map { $0 == "." ? "_" : $0 }) + "_wsgi.py"
    }

    /// The URL of the first page.
    public var url: String { "https://\(domain)/" }
}
