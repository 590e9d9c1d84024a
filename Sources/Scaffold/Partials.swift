// The partials that templates include: each is parsed when the first template includes it.

import Mustache

/// The partials of a framework, parsed as far as they are needed.
struct Partials {
    private let framework: Framework
    private let sources: [String: TemplateFile]
    private var parsed: [String: Mustache.Template] = [:]

    /// Finds the partials of a framework.
    ///
    /// - Parameter framework: The framework or template.
    init(of framework: Framework) {
        self.framework = framework
        sources = Dictionary(
            framework.partials.map { (Plan.withoutTemplateSuffix($0.path), $0) }
        ) { _, last in last }
    }

    /// Returns the partials that a template needs, and perhaps others.
    ///
    /// - Parameter template: The template.
    /// - Returns: The partials, by the names that include them: all of them if a name depends on an answer, or is
    ///   that of no partial, since the error is about all names then.
    /// - Throws: ``ScaffoldError/badTemplate(_:)`` for a partial that cannot be parsed.
    mutating func included(
        by template: Mustache.Template
    ) throws(ScaffoldError) -> [String: Mustache.Template] {
        var pending = [template]
        while let next = pending.popLast() {
            guard let names = next.partialNames, names.allSatisfy({ sources[$0] != nil }) else {
                for name in sources.keys { _ = try parse(name) }
                return parsed
            }
            for name in names where parsed[name] == nil {
                if let partial = try parse(name) { pending.append(partial) }
            }
        }
        return parsed
    }

    /// Parses a partial, unless that is done; nil if it is no text.
    private mutating func parse(_ name: String) throws(ScaffoldError) -> Mustache.Template? {
        if let template = parsed[name] { return template }
        guard let file = sources[name], case .text(let text) = file.contents else { return nil }
        let template = try Scaffold.parsed(text, path: framework.partialPlace(file.path))
        parsed[name] = template
        return template
    }
}
