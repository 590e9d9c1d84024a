// How much a template may become.

import Foundation
import Mustache
import Testing

@testable import Scaffold

@Suite("The limits of what a template becomes")
struct OutputBudgetTests {
    /// Returns the configuration of a project of a template with these files.
    private func project(
        _ files: [String: String],
        partials: [String: String] = [:],
        maxOutput: Int? = nil
    ) throws -> Project {
        let manifest =
            #"{"title": "T", "summary": "S", "greeting": "G", "default": true}"#
        let all =
            files.map { ("t/" + $0.key, $0.value) }
            + partials.map { ("_shared/" + $0.key, $0.value) }
            + [("t/manifest.json", manifest), ("t/wsgi.py", "")]
        let catalog = try Catalog(
            files: all.map { TemplateFile(path: $0.0, contents: .text($0.1)) }
        )
        var request = Request(name: "hello")
        request.maxOutput = maxOutput
        return try Project(ProjectConfiguration(request, catalog: catalog))
    }

    private func problem(
        _ project: Project,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> (template: String, problem: OutputProblem)? {
        do throws(ScaffoldError) {
            _ = try render(project)
            return nil
        } catch .tooMuchOutput(let template, let problem) {
            return (template, problem)
        } catch {
            Issue.record("another error: \(error)", sourceLocation: sourceLocation)
            return nil
        }
    }

    private static let text = String(repeating: "x", count: 1 << 20)

    @Test("what is rendered: 100 times the template, and at least 16 MiB")
    func rendered() throws {
        // 17 files of 1 MiB each: the parts of 256 KiB make the template large enough, those of 1 KiB do not.
        for size in [1 << 18, 1 << 10] {
            let part = String(Self.text.prefix(size - 1)) + "\n"
            let whole = String(repeating: "{{> part}}\n", count: (1 << 20) / size)
            let partials = ["part.mustache": part, "whole.mustache": whole]
            var files: [String: String] = [:]
            for number in 10..<27 { files["\(number).mustache"] = "{{> whole}}" }
            let found = problem(try project(files, partials: partials))
            #expect(found?.problem == (size == 1 << 10 ? .rendered(most: 16 << 20) : nil))
            #expect(found?.template == (size == 1 << 10 ? "26.mustache" : nil))
            #expect(problem(try project(files, partials: partials, maxOutput: 64 << 20)) == nil)
        }
    }

    @Test("all files: copies count once, and together with what is rendered")
    func all() throws {
        let files = ["a": Self.text, "b": Self.text, "c.mustache": Self.text]
        #expect(problem(try project(files)) == nil)
        for (most, template) in [
            (1 << 20, "b"), (2 << 20, "c.mustache"), (3 << 20, ".pa-new.base.json"), (5 << 20, nil),
        ] as [(Int, String?)] {
            let found = problem(try project(files, maxOutput: most))
            #expect(found?.template == template, "\(most)")
            if let found { #expect(found.problem == .all(most: most)) }
        }
    }

    @Test("sections and partials are counted over all files")
    func expansions() throws {
        let most = Mustache.Limits().expansions
        let found = try problemOfTwo("{{#yes}}{{/yes}}") { $0.expansions -= most / 2 - 5 }
        #expect(found == .expansions(most: most))
    }

    @Test("a template that is too much by itself is told with its place")
    func one() throws {
        var partials = ["p0.mustache": Self.text]
        partials["p1.mustache"] = String(repeating: "{{> p0}}", count: 65)
        let project = try project(
            ["a.mustache": "{{> p1}}"],
            partials: partials,
            maxOutput: 1 << 30
        )
        do throws(ScaffoldError) {
            _ = try render(project)
            Issue.record("it was rendered")
        } catch .badTemplate(let failure) {
            guard case .outputTooLarge(64 << 20) = failure.kind else {
                Issue.record("another failure: \(failure)")
                return
            }
        }
    }

    @Test("names are counted over all files, also those without a text")
    func lookups() throws {
        let most = Mustache.Limits().lookups
        let found = try problemOfTwo("{{empty}}") { $0.lookups -= most / 2 - 5 }
        #expect(found == .lookups(most: most))
    }

    /// Tells what is too much in the second of two templates, each of which has a tag ten times.
    ///
    /// - Parameters:
    ///   - tag: The tag.
    ///   - use: Uses nearly the half of a limit before a template is rendered.
    /// - Returns: The problem; nil if both are rendered.
    /// - Throws: ``ScaffoldError`` for the first one, and for anything else.
    private func problemOfTwo(
        _ tag: String,
        _ use: (inout Mustache.Limits) -> Void
    ) throws -> OutputProblem? {
        var budget = OutputBudget(for: try project([:]).configuration.framework, maxOutput: nil)
        func render(_ template: String) throws(ScaffoldError) {
            _ = try budget.render(template) { limits throws(ScaffoldError) in
                use(&limits)
                let text = String(repeating: tag, count: 10)
                let context = Context(values: ["yes": true, "empty": ""])
                return try context.render(text, path: template, using: &limits)
            }
        }
        try render("a")
        do throws(ScaffoldError) {
            try render("b")
            return nil
        } catch .tooMuchOutput("b", let problem) {
            return problem
        }
    }

    @Test("all paths together have a limit, and one that is too long is not rendered to its end")
    func paths() throws {
        var budget = OutputBudget(for: try project([:]).configuration.framework, maxOutput: nil)
        let path = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
        for _ in 0..<32 { _ = try budget.renderPath("a") { _ in path } }
        #expect(throws: ScaffoldError.self) { _ = try budget.renderPath("a") { _ in [1] } }
        let long = String(repeating: "{{domain}}", count: 1000)
        do throws(ScaffoldError) {
            _ = try budget.renderPath("b") { limits throws(ScaffoldError) in
                let context = Context(values: ["domain": .string(Self.text)])
                return try context.render(long, path: "b", using: &limits)
            }
            Issue.record("it was rendered")
        } catch {
            guard case .badPath("b", "b", .pathTooLong) = error else {
                Issue.record("another error: \(error)")
                return
            }
        }
    }

    @Test("the commands of a manifest have a limit for all together")
    func manifest() throws {
        let framework = try project([:]).configuration.framework
        let answer = String(repeating: "x", count: 4096)
        var texts = ManifestTexts(of: framework, ["a": .string(answer)])
        let command = String(repeating: "{{a}}", count: 100)
        #expect(try texts.commands([command, command]).count == 2)
        let error = #expect(throws: ScaffoldError.self) { try texts.commands([command]) }
        guard case .tooMuchOutput(_, .manifest(1 << 20)) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
    }

    @Test(
        "of a very long line, an error shows the part around the mistake",
        arguments: [(0, false, true), (2000, true, true), (4000, true, false)]
    )
    func excerpt(place: Int, hasBefore: Bool, hasAfter: Bool) throws {
        let line = String(repeating: "x", count: place) + "{{nme}}"
        let text = line + String(repeating: "y", count: 4000 - place)
        let failure = #expect(throws: Mustache.Failure.self) {
            _ = try Mustache.Template(text).render([:], mode: .strict)
        }
        let excerpt = try #require(failure?.excerpt)
        #expect(excerpt.contains("{{nme}}"))
        #expect(excerpt.hasPrefix("…") == hasBefore)
        #expect(excerpt.hasSuffix("…") == hasAfter)
        #expect((160...162).contains(excerpt.count))
    }
}
