// The texts of a manifest that are templates: commands, steps, and paths of uploads.

import Mustache

/// Renders the texts of a manifest, which have one limit for all of them.
struct ManifestTexts {
    /// The maximum size of all texts together, in bytes.
    static let maxBytes = 1 << 20

    private let framework: Framework
    private let context: Context
    private var limits = Mustache.Limits(outputBytes: maxBytes)

    /// Prepares to render.
    ///
    /// - Parameters:
    ///   - framework: The framework of the manifest.
    ///   - names: The names that the texts can use.
    init(of framework: Framework, _ names: [String: Mustache.Value]) {
        self.framework = framework
        context = Context(values: names)
    }

    /// Returns a text.
    ///
    /// - Parameter template: The text in the manifest.
    /// - Returns: The rendered text.
    /// - Throws: ``ScaffoldError/badTemplate(_:)``, or ``ScaffoldError/tooMuchOutput(template:_:)``.
    mutating func text(_ template: String) throws(ScaffoldError) -> String {
        try render(template, context)
    }

    /// Returns commands.
    ///
    /// Each text in them is quoted as one shell word, so that an answer cannot do anything else.
    ///
    /// - Parameter templates: The commands in the manifest.
    /// - Returns: The rendered commands.
    /// - Throws: ``ScaffoldError`` as ``text(_:)`` does.
    mutating func commands(_ templates: [String]) throws(ScaffoldError) -> [String] {
        guard !templates.isEmpty else { return [] }
        let quoted = Context(
            values: context.values.mapValues { value in
                guard case .string(let text) = value else { return value }
                return .string(shellWord(text))
            }
        )
        var commands: [String] = []
        for template in templates { commands.append(try render(template, quoted)) }
        return commands
    }

    private mutating func render(
        _ template: String,
        _ context: Context
    ) throws(ScaffoldError) -> String {
        let manifest = framework.place(Manifest.fileName)
        do throws(ScaffoldError) {
            let bytes = try context.render(template, path: manifest, using: &limits)
            return String(decoding: bytes, as: UTF8.self)
        } catch .badTemplate(let failure) {
            guard case .outputTooLarge = failure.kind else { throw .badTemplate(failure) }
            throw framework.blamed(
                for: .tooMuchOutput(template: manifest, .manifest(most: Self.maxBytes))
            )
        }
    }
}
