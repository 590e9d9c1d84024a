// How code is written, as far as one has to know it to find a place in a file: by the ending of the file.

/// How the code in a file is written.
struct CodeSyntax: Sendable {
    /// The kinds of texts in quotation marks.
    enum Texts: Sendable {
        /// `'a'`, `"a"`, three of each, a prefix; expressions in the braces of `f"{a}"`.
        case prefixed
        /// `"a"`, three of them, `#"a"#`; expressions in `\(a)`.
        case numbered
    }

    let texts: Texts
    /// The start of a comment that ends with its line.
    let comment: [UInt8]
    /// Whether there are comments between `/*` and `*/`.
    let hasBlockComments: Bool
    /// Whether blocks are known by their indentation.
    let isIndented: Bool
    /// The words before a name that they define.
    let definers: Set<String>
    /// Whether all files of a folder see each other's names without an import.
    let sharesNames: Bool
    /// The width of a line that the formatter of the language keeps.
    let width: Int
    /// Whether the formatter writes a comma after the last argument of a call with a line for each.
    let hasCommaAfterArguments: Bool

    /// The endings of files whose code is known.
    static let endings = [".py", ".swift"]

    /// Finds the syntax of a file.
    ///
    /// - Parameter path: The path of the file.
    init?(of path: String) {
        if path.hasSuffix(Self.endings[0]) {
            self = CodeSyntax(
                texts: .prefixed,
                comment: Array("#".utf8),
                hasBlockComments: false,
                isIndented: true,
                definers: ["class", "def"],
                sharesNames: false,
                width: 88,
                hasCommaAfterArguments: true
            )
        } else if path.hasSuffix(Self.endings[1]) {
            self = CodeSyntax(
                texts: .numbered,
                comment: Array("//".utf8),
                hasBlockComments: true,
                isIndented: false,
                definers: [
                    "actor", "class", "enum", "func", "let", "macro", "protocol", "struct",
                    "typealias",
                    "var",
                ],
                sharesNames: true,
                width: 100,
                hasCommaAfterArguments: false
            )
        } else {
            return nil
        }
    }

    private init(
        texts: Texts,
        comment: [UInt8],
        hasBlockComments: Bool,
        isIndented: Bool,
        definers: Set<String>,
        sharesNames: Bool,
        width: Int,
        hasCommaAfterArguments: Bool
    ) {
        self.texts = texts
        self.comment = comment
        self.hasBlockComments = hasBlockComments
        self.isIndented = isIndented
        self.definers = definers
        self.sharesNames = sharesNames
        self.width = width
        self.hasCommaAfterArguments = hasCommaAfterArguments
    }
}
