// What the tests of the Mustache engine share.

import Mustache
import Testing

/// One row of a table: a template with data, and what comes of it.
struct MustacheRow: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let template: String
    let value: Mustache.Value
    let partials: [String: String]
    let expected: String
    let mode: Mustache.Mode

    init(
        _ name: String,
        _ template: String,
        _ value: Mustache.Value = [:],
        partials: [String: String] = [:],
        mode: Mustache.Mode = .strict,
        gives expected: String
    ) {
        testDescription = name
        self.template = template
        self.value = value
        self.partials = partials
        self.expected = expected
        self.mode = mode
    }

    /// Renders the row and compares the result.
    func check(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let result = try mustacheRender(template, value, partials: partials, mode: mode)
        #expect(
            result.debugDescription == expected.debugDescription,
            sourceLocation: sourceLocation
        )
    }
}

/// One row of a table: a template with data, and how it fails.
struct MustacheFailureRow: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let template: String
    let value: Mustache.Value
    let partials: [String: String]
    let kind: Mustache.Failure.Kind
    let path: String
    let line: Int
    let column: Int
    let lineText: String

    init(
        _ name: String,
        _ template: String,
        _ value: Mustache.Value = [:],
        partials: [String: String] = [:],
        fails kind: Mustache.Failure.Kind,
        in path: String = "main",
        at position: (line: Int, column: Int),
        text lineText: String
    ) {
        testDescription = name
        self.template = template
        self.value = value
        self.partials = partials
        self.kind = kind
        self.path = path
        line = position.line
        column = position.column
        self.lineText = lineText
    }

    /// Parses and renders the row in strict mode and compares all facts of the failure.
    func check(sourceLocation: SourceLocation = #_sourceLocation) {
        let failure = #expect(throws: Mustache.Failure.self, sourceLocation: sourceLocation) {
            _ = try mustacheRender(template, value, partials: partials, mode: .strict)
        }
        let expected = Mustache.Failure(
            kind: kind,
            location: Mustache.Location(path: path, line: line, column: column),
            lineText: lineText
        )
        #expect(failure == expected, sourceLocation: sourceLocation)
    }
}

/// Parses a template named `main`, and partials named by their keys, and renders.
func mustacheRender(
    _ source: String,
    _ value: Mustache.Value = [:],
    partials: [String: String] = [:],
    mode: Mustache.Mode = .strict,
    limits: Mustache.Limits = Mustache.Limits()
) throws(Mustache.Failure) -> String {
    var parsed: [String: Mustache.Template] = [:]
    for (name, source) in partials {
        parsed[name] = try Mustache.Template(source, path: name)
    }
    let template = try Mustache.Template(source, path: "main")
    return try template.render(value, partials: parsed, mode: mode, limits: limits)
}
