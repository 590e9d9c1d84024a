// Which names a project can have, and the forms of a valid name.

import ProjectFiles

/// A valid project name and its forms.
public struct ProjectName: Sendable, Hashable {
    /// The folder, exactly as it was typed: `hello-world`.
    public let folder: String

    /// The import package: `hello_world`, in lower case with `_` for `-`, as PEP 8 recommends.
    public var package: String { Self.package(of: folder) }

    /// The name as a heading: `Hello world`.
    public var title: String {
        let words = words.map { Array($0) }
        return Self.capitalized(Array(words.joined(separator: [UInt8(ascii: " ")])))
    }

    /// The name as a module name, in upper camel case: `HelloWorld`.
    public var module: String {
        words.reduce(into: "") { $0 += Self.capitalized(Array($1)) }
    }

    /// The words of the name.
    private var words: [Substring.UTF8View] {
        folder.utf8.split { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    /// Returns a text that begins with a capital; names have letters of ASCII.
    private static func capitalized(_ text: [UInt8]) -> String {
        var text = text
        if let first = text.first, UInt8(ascii: "a")...UInt8(ascii: "z") ~= first {
            text[0] = first & ~0x20
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The maximum length of a name, in characters.
    ///
    /// It keeps every path far below the limits of file systems. It is one more than the length of a
    /// host label.
    public static let maxLength = 64

    /// Why a name is refused.
    public enum Problem: Sendable, Hashable {
        /// It is empty.
        case empty
        /// It is a path; the folder part belongs in `--output`.
        case pathSeparator(parent: String)
        /// It has more characters than ``maxLength``.
        case tooLong(count: Int)
        /// It has a character other than a letter from A to Z, a digit, `-` or `_`.
        case character(Character)
        /// It starts with a digit.
        case leadingDigit
        /// It starts with `-` or `_`.
        case leadingMark(Character)
        /// It is a keyword of Python.
        case keyword(String)
        /// It is a command of pa-new.
        case command(String)
        /// Its package would hide a module of the standard library.
        case standardLibrary(String)
        /// Its package would hide a module of a framework in this language; `language` is nil for the
        /// default language.
        case framework(String, framework: String, language: String? = nil)
        /// Its package would hide a module that runs or installs the app.
        case environment(String)
        /// Its package would conflict with a file or folder that a project can have.
        case layout(String)
    }

    /// The commands of pa-new, including some that are reserved for the future.
    public static let commandWords = [
        "add", "adopt", "check", "completions", "deploy", "help", "list", "logs", "man", "pack",
        "preview", "template", "update", "visit",
    ]

    /// Modules that exist wherever the app runs: PythonAnywhere's server brings the first two, and a
    /// virtualenv the others.
    static let environmentNames = [
        "uwsgi", "uwsgidecorators", "pip", "pkg_resources", "setuptools", "virtualenv", "wheel",
    ]

    /// Files and folders at the top of projects; a package of the same name would conflict.
    ///
    /// `collected`, `data`, `instance`, `media`, `staticfiles` and `uploads` are folders of data: a
    /// command could delete a package there, and a visitor's file could replace its code.
    static let layoutNames = [
        "collected", "data", "instance", "manage", "media", "pa_bundle", "pa_env", "readme",
        "requirements", "static", "staticfiles", "templates", "tests", "uploads", "wsgi",
    ]

    /// Checks a name that the user typed.
    ///
    /// - Parameters:
    ///   - text: The name: letters, digits, `-` and `_`, starting with a letter.
    ///   - modules: The import names of frameworks, each with the framework's name.
    ///   - language: The language of these frameworks, unless it is the default language.
    /// - Throws: ``ScaffoldError/invalidName(_:_:suggestion:)`` with the first rule that it breaks.
    public init(
        _ text: String,
        modules: [String: String] = [:],
        language: String? = nil
    ) throws(ScaffoldError) {
        if var problem = Self.problem(with: text, modules: modules) {
            if case .framework(let module, let framework, _) = problem {
                problem = .framework(module, framework: framework, language: language)
            }
            throw .invalidName(
                text,
                problem,
                suggestion: Self.suggestion(for: text, problem, modules: modules)
            )
        }
        folder = text
    }

    /// Takes the name of a project that an earlier version made.
    ///
    /// That version can have known fewer names that are taken: its project works, and stays as it is.
    ///
    /// - Parameter recorded: The name in the project's record.
    /// - Throws: ``ScaffoldError/invalidName(_:_:suggestion:)`` if no version allowed such a name.
    package init(recorded: String) throws(ScaffoldError) {
        if let problem = Self.formProblem(with: recorded) {
            let suggestion = Self.suggestion(for: recorded, problem, modules: [:])
            throw .invalidName(recorded, problem, suggestion: suggestion)
        }
        folder = recorded
    }

    /// Returns the import package that a name would have.
    private static func package(of text: String) -> String {
        let (hyphen, underscore) = (UInt8(ascii: "-"), UInt8(ascii: "_"))
        if isASCII(text) {
            let bytes = text.lowercased().utf8.map { $0 == hyphen ? underscore : $0 }
            return String(decoding: bytes, as: UTF8.self)
        }
        return String(text.lowercased().map { $0 == "-" ? "_" : $0 })
    }

    /// Returns the first rule that a name breaks, or nil if it is valid.
    private static func problem(with text: String, modules: [String: String]) -> Problem? {
        formProblem(with: text) ?? takenProblem(with: text, modules: modules)
    }

    /// Returns the first rule that the form of a name breaks, or nil if there is none.
    private static func formProblem(with text: String) -> Problem? {
        guard let first = text.first else { return .empty }
        if text.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }) {
            return .pathSeparator(parent: parent(of: text))
        }
        // Check the length first, because the text can be of any length.
        if text.utf8.count > maxLength, text.count > maxLength {
            return .tooLong(count: text.count)
        }
        if let stranger = text.first(where: { !isAllowed($0) }) { return .character(stranger) }
        if isDigit(first) { return .leadingDigit }
        if !isLetter(first) { return .leadingMark(first) }

        for word in [text, package(of: text)] where pythonKeywords.contains(word) {
            return .keyword(word)
        }
        return nil
    }

    /// What has the name already, if it is one that only an earlier version allowed.
    ///
    /// - Parameter modules: The import names of frameworks, each with the framework's name.
    /// - Returns: The problem; nil if a new project can have the name.
    func takenProblem(modules: [String: String]) -> Problem? {
        Self.takenProblem(with: folder, modules: modules)
    }

    /// Returns what has the name already, or nil if it is free; later versions know more such names.
    private static func takenProblem(with text: String, modules: [String: String]) -> Problem? {
        let package = package(of: text)
        if commandWords.contains(text) { return .command(text) }
        if let framework = modules[package] {
            return .framework(package, framework: framework)
        }
        if standardLibraryNames.contains(package) { return .standardLibrary(package) }
        if environmentNames.contains(package) { return .environment(package) }
        if layoutNames.contains(package) { return .layout(package) }
        return nil
    }

    /// Returns a valid name that resembles the refused one.
    private static func suggestion(
        for text: String,
        _ problem: Problem,
        modules: [String: String]
    ) -> String {
        var base = text
        if case .pathSeparator = problem {
            base = String(text.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? "")
        }
        if !base.allSatisfy(\.isASCII) { base = transliterated(String(base.prefix(maxLength))) }
        // Each run of other characters becomes one hyphen, except at the start and end.
        let words = base.prefix(maxLength).split(whereSeparator: { !isLetter($0) && !isDigit($0) })
        let joined = words.joined(separator: base.contains("-") ? "-" : "_")
        let candidates = [
            joined, joined + "-app", "app-" + joined,
            String(joined.prefix(maxLength - 4)) + "-app", "app-" + joined.prefix(maxLength - 4),
        ]
        guard !joined.isEmpty else { return "hello" }
        return candidates.first { Self.problem(with: $0, modules: modules) == nil } ?? "hello"
    }

    /// Returns the part before the last separator, which belongs in `--output`.
    private static func parent(of text: String) -> String {
        let separators: (Character) -> Bool = { $0 == "/" || $0 == "\\" }
        var rest = text[...]
        while let last = rest.last, separators(last), rest.count > 1 { rest.removeLast() }
        guard let cut = rest.lastIndex(where: separators) else { return "." }
        return cut == rest.startIndex ? String(rest[cut...cut]) : String(rest[..<cut])
    }

    private static func isAllowed(_ character: Character) -> Bool {
        isLetter(character) || isDigit(character) || character == "-" || character == "_"
    }

    private static func isLetter(_ character: Character) -> Bool {
        character.isASCII && character.isLetter
    }

    private static func isDigit(_ character: Character) -> Bool {
        character.isASCII && character.isNumber
    }
}
