// What a template cannot do: recurse forever, grow forever, overflow a stack.

import Foundation
import Mustache
import Testing

/// Templates that would take all memory, all time, or all of the stack.
@Suite("Mustache limits")
struct MustacheLimitTests {
    @Test("Too deep", arguments: deepRows)
    func deep(row: MustacheFailureRow) {
        row.check()
    }

    private static func tooDeep(_ chain: [String]) -> Mustache.Failure.Kind {
        .tooDeep(limit: Mustache.Limits().depth, chain: chain)
    }

    static let deepRows: [MustacheFailureRow] = [
        .init(
            "a partial that includes itself",
            "{{>p}}",
            partials: ["p": "x\n {{>p}}\n"],
            fails: tooDeep(["p", "p"]),
            in: "p",
            at: (2, 5),
            text: " {{>p}}"
        ),
        .init(
            "two partials that include each other",
            "{{>p}}",
            partials: ["p": "{{>q}}", "q": "{{>p}}"],
            fails: tooDeep(["p", "q", "p"]),
            in: "q",
            at: (1, 4),
            text: "{{>p}}"
        ),
        .init(
            "a dynamic partial that includes itself",
            "{{>*n}}",
            ["n": "p"],
            partials: ["p": "{{>*n}}"],
            fails: tooDeep(["p", "p"]),
            in: "p",
            at: (1, 5),
            text: "{{>*n}}"
        ),
        .init(
            "a parent that inherits from itself",
            "{{<p}}{{$a}}x{{/a}}{{/p}}",
            partials: ["p": "{{<p}}{{$a}}y{{/a}}{{/p}}"],
            fails: tooDeep(["p", "p"]),
            in: "p",
            at: (1, 4),
            text: "{{<p}}{{$a}}y{{/a}}{{/p}}"
        ),
        .init(
            "a lambda that calls itself",
            "{{f}}",
            ["f": .lambda { _ in "{{f}}" }],
            fails: .inLambda("f", tooDeep(["f", "f"])),
            at: (1, 3),
            text: "{{f}}"
        ),
        .init(
            "a section lambda that calls itself",
            "{{#f}}{{/f}}",
            ["f": .lambda { _ in "{{#f}}{{/f}}" }],
            fails: .inLambda("f", tooDeep(["f", "f"])),
            at: (1, 4),
            text: "{{#f}}{{/f}}"
        ),
    ]

    @Test("A section lambda that doubles its text")
    func doublingLambda() {
        let double = Mustache.Value.lambda { text in
            "{{#f}}" + (text ?? "") + (text ?? "") + "{{/f}}"
        }
        let failure = #expect(throws: Mustache.Failure.self) {
            let limits = Mustache.Limits(outputBytes: 1_000_000)
            _ = try mustacheRender("{{#f}}0123456789{{/f}}", ["f": double], limits: limits)
        }
        #expect(failure?.kind == .inLambda("f", .outputTooLarge(limit: 1_000_000)))
    }

    @Test("At the depth limit a small thread is enough, and one level more is a failure")
    func depthOnSmallThread() async throws {
        let limit = Mustache.Limits().depth
        var partials: [String: Mustache.Template] = [:]
        for level in 0..<limit {
            partials["p\(level)"] = try Mustache.Template(
                level + 1 < limit ? " {{>p\(level + 1)}}\n" : "end"
            )
        }
        let all = partials
        let template = try Mustache.Template("{{>p0}}")
        let result = try await onThread(stackBytes: 512 * 1024) {
            try template.render([:], partials: all, mode: .strict)
        }
        #expect(result == String(repeating: " ", count: limit - 1) + "end")
        let failure = await #expect(throws: Mustache.Failure.self) {
            try await onThread(stackBytes: 512 * 1024) {
                try Mustache.Template("{{#a}}{{>p0}}{{/a}}")
                    .render(["a": true], partials: all, mode: .strict)
            }
        }
        guard case .tooDeep(limit, let chain)? = failure?.kind else {
            Issue.record("not too deep: \(String(describing: failure))")
            return
        }
        #expect(chain.count == limit)
    }

    @Test("A hundred thousand nested sections", arguments: [true, false])
    func nestedSections(shown: Bool) async throws {
        let count = 100_000
        let source =
            String(repeating: "{{#a}}", count: count) + "x"
            + String(repeating: "{{/a}}", count: count)
        let outcome = await onThread(stackBytes: 512 * 1024) {
            Result { try mustacheRender(source, ["a": .bool(shown)]) }
        }
        if shown {
            #expect(throws: Mustache.Failure.self) { try outcome.get() }
        } else {
            #expect(try outcome.get() == "")
        }
    }

    @Test(
        "A hundred thousand parts that are not closed",
        arguments: ["{{#a}}", "{{<a}}", "{{$a}}"]
    )
    func unclosedSections(tag: String) {
        let failure = #expect(throws: Mustache.Failure.self) {
            _ = try Mustache.Template(String(repeating: tag, count: 100_000))
        }
        #expect(failure?.kind == .unclosedSection("a"))
        #expect(failure?.location.column == 599_995)
    }

    @Test(
        "A hundred thousand tags that are not closed",
        arguments: ["{{", "{{a ", "{{{", "{{=", "{{!"]
    )
    func unclosedTags(tag: String) {
        let failure = #expect(throws: Mustache.Failure.self) {
            _ = try Mustache.Template(String(repeating: tag, count: 100_000))
        }
        #expect(failure?.kind == .unclosedTag)
        #expect(failure?.location.column == 1)
    }

    @Test("Partials that each include the next one ten times")
    func billionLaughs() {
        let failure = #expect(throws: Mustache.Failure.self) {
            _ = try mustacheRender("{{>p0}}", partials: Self.laughs(leaf: "ha"))
        }
        #expect(failure?.kind == .outputTooLarge(limit: 64 * 1024 * 1024))
        #expect(failure?.location.path == "p20")
    }

    @Test("The same partials without any text")
    func silentLaughs() {
        let limits = Mustache.Limits(expansions: 100_000)
        let failure = #expect(throws: Mustache.Failure.self) {
            _ = try mustacheRender("{{>p0}}", partials: Self.laughs(leaf: ""), limits: limits)
        }
        #expect(failure?.kind == .tooManyExpansions(limit: 100_000))
    }

    private static func laughs(leaf: String) -> [String: String] {
        var partials = ["p20": String(repeating: leaf, count: 1000)]
        for level in 0..<20 {
            partials["p\(level)"] = String(repeating: "{{>p\(level + 1)}}", count: 10)
        }
        return partials
    }

    @Test("Sections over the same list in each other")
    func nestedLists() {
        let source =
            String(repeating: "{{#a}}", count: 30) + String(repeating: "{{/a}}", count: 30)
        let failure = #expect(throws: Mustache.Failure.self) {
            let limits = Mustache.Limits(expansions: 10_000)
            _ = try mustacheRender(source, ["a": [1, 2, 3, 4]], limits: limits)
        }
        #expect(failure?.kind == .tooManyExpansions(limit: 10_000))
        #expect(failure?.location.line == 1)
    }

    @Test(
        "Exactly the output limit is allowed",
        arguments: ["{{a}}", "1234", "12{{b}}34", "{{>p}}"]
    )
    func outputLimit(source: String) throws {
        func result(_ bytes: Int) throws -> String {
            try mustacheRender(
                source,
                ["a": "1234", "b": ""],
                partials: ["p": "1234"],
                limits: Mustache.Limits(outputBytes: bytes)
            )
        }
        #expect(try result(4) == "1234")
        let failure = #expect(throws: Mustache.Failure.self) { try result(3) }
        #expect(failure?.kind == .outputTooLarge(limit: 3))
    }

    @Test(
        "Exactly the expansion limit is allowed",
        arguments: [
            "{{#a}}{{/a}}", "{{#b}}{{#b}}{{>p}}{{/b}}{{/b}}", "{{f}}{{<p}}{{$x}}{{/x}}{{/p}}",
        ]
    )
    func expansionLimit(source: String) throws {
        func result(_ expansions: Int) throws -> String {
            try mustacheRender(
                source,
                ["a": [1, 2, 3], "b": true, "f": .lambda { _ in "" }],
                partials: ["p": "{{$x}}{{/x}}"],
                limits: Mustache.Limits(expansions: expansions)
            )
        }
        #expect(try result(3) == "")
        let failure = #expect(throws: Mustache.Failure.self) { try result(2) }
        #expect(failure?.kind == .tooManyExpansions(limit: 2))
    }

    @Test(
        "Exactly the limit of lookups is allowed: also of names without a text, and of what is left out",
        arguments: ["{{a}}{{b.c}}{{^d}}{{/d}}", "{{a}}{{#a}}x{{/a}}{{$x}}{{/x}}", "{{>p}}"]
    )
    func lookupLimit(source: String) throws {
        func result(_ lookups: Int) throws -> String {
            try mustacheRender(
                source,
                ["a": nil, "b": ["c": ""], "d": true],
                partials: ["p": "{{a}}{{a}}{{a}}"],
                limits: Mustache.Limits(lookups: lookups)
            )
        }
        #expect(try result(3) == "")
        let failure = #expect(throws: Mustache.Failure.self) { try result(2) }
        #expect(failure?.kind == .tooManyLookups(limit: 2))
    }

    @Test("Names that are looked up through many objects count more")
    func deepLookups() throws {
        let deep = String(repeating: "{{#o}}", count: 80)
        let source = deep + "{{a}}" + String(repeating: "{{/o}}", count: 80)
        let failure = #expect(throws: Mustache.Failure.self) {
            let limits = Mustache.Limits(lookups: 200)
            _ = try mustacheRender(source, ["a": "", "o": ["b": ""]], limits: limits)
        }
        #expect(failure?.kind == .tooManyLookups(limit: 200))
    }

    @Test("The text that a lambda makes may be as long as the output")
    func lambdaLimit() throws {
        func result(_ bytes: Int) throws -> String {
            let lambda = Mustache.Value.lambda { _ in "{{!45}}" }
            let limits = Mustache.Limits(outputBytes: bytes)
            return try mustacheRender("{{f}}", ["f": lambda], limits: limits)
        }
        #expect(try result(7) == "")
        let failure = #expect(throws: Mustache.Failure.self) { try result(6) }
        #expect(failure?.kind == .inLambda("f", .outputTooLarge(limit: 6)))
    }

    @Test("Indentation counts as output")
    func indentationLimit() {
        let failure = #expect(throws: Mustache.Failure.self) {
            _ = try mustacheRender(
                String(repeating: " ", count: 10_000) + "{{>p}}",
                partials: ["p": String(repeating: "x\n", count: 10_000)],
                limits: Mustache.Limits(outputBytes: 1_000_000)
            )
        }
        #expect(failure?.kind == .outputTooLarge(limit: 1_000_000))
    }

    @Test("A template of five million bytes")
    func largeTemplate() throws {
        let line = "{{a}} is {{#b}}not {{/b}}text {{! here }}\n"
        let count = 5_000_000 / line.utf8.count
        let source = String(repeating: line, count: count)
        let result = try mustacheRender(source, ["a": "this", "b": true])
        #expect(result == String(repeating: "this is not text \n", count: count))
    }

    @Test("A mistake at the end of five million bytes")
    func largeTemplateFails() {
        let source = String(repeating: "12345678\n", count: 550_000) + "{{/x}}"
        let failure = #expect(throws: Mustache.Failure.self) {
            _ = try Mustache.Template(source)
        }
        #expect(failure?.location.line == 550_001)
        #expect(failure?.lineText == "{{/x}}")
    }
}

/// Runs work on a thread with a stack of the given size.
private func onThread<Success: Sendable>(
    stackBytes: Int,
    _ work: @escaping @Sendable () throws -> Success
) async throws -> Success {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result(catching: work)) }
        thread.stackSize = stackBytes
        thread.start()
    }
}

/// Runs work that cannot fail on a thread with a stack of the given size.
private func onThread<Success: Sendable>(
    stackBytes: Int,
    _ work: @escaping @Sendable () -> Success
) async -> Success {
    await withCheckedContinuation { continuation in
        let thread = Thread { continuation.resume(returning: work()) }
        thread.stackSize = stackBytes
        thread.start()
    }
}
