// The templates inside the program, held against the folder that they come from.

import Foundation
import Mustache
import TestSupport
import Testing

@testable import Scaffold

@Suite("The templates inside the program")
struct EmbeddedTemplatesTests {
    @Test("are the folder Templates, file by file, byte by byte")
    func sameAsFolder() throws {
        let paths = try filePaths(below: Paths.templates)
        #expect(embeddedTemplateFiles.map(\.path) == paths)
        for file in embeddedTemplateFiles {
            let place = Paths.templates.appending(path: file.path)
            #expect(
                try Data(file.contents.whole.bytes()) == Data(contentsOf: place),
                "\(file.path)"
            )
            #expect(
                FileManager.default.isExecutableFile(atPath: place.path) == file.isExecutable,
                "\(file.path)"
            )
        }
    }

    @Test("are listed by the build as their manifests say")
    func listings() throws {
        let read = try Catalog(files: embeddedTemplateFiles)
        let listed = try Catalog.embedded()
        let all = zip(
            read.frameworks + [try #require(read.adopting)],
            listed.frameworks + [try #require(listed.adopting)]
        )
        #expect(read.frameworks.map(\.folder) == listed.frameworks.map(\.folder))
        #expect(read.shared == listed.shared)
        for (read, listed) in all {
            #expect(listed.listing == Listing(read.manifest), "\(read.folder)")
            // What is added to existing projects is read when it is asked for.
            for kind in AdditionKind.allCases {
                #expect(try listed.addition(kind) == read.addition(kind))
            }
            var manifest = read.manifest
            manifest.additions = [:]
            #expect(listed.manifest == manifest)
            #expect(listed.files == read.files)
            #expect(listed.additions == read.additions)
            #expect(listed.partials == read.partials)
        }
        #expect(Set(listed.frameworks.flatMap(\.databases)).count > 2)
        #expect(try listed.frameworks.count { try $0.addition(.handler) != nil } > 4)
    }

    @Test("parse, and use only names and partials that exist, in branches not taken too")
    func names() throws {
        let catalog = try Catalog.embedded()
        let partials = Set(catalog.shared.map { Plan.withoutTemplateSuffix($0.path) })
        var seen = 0
        for framework in catalog.frameworks + [try #require(catalog.adopting)] {
            var request = Request(
                name: "hello",
                framework: framework.name,
                language: framework.language,
                user: "alice"
            )
            request.adopts = true
            let known = Context(try Project(ProjectConfiguration(request, catalog: catalog))).names
            let additions = framework.additions.map { file in
                TemplateFile(path: "additions/" + file.path, contents: file.contents)
            }
            for file in framework.files + catalog.shared + additions
            where file.path.hasSuffix(".mustache") {
                // The code of additions has names of its own.
                let known =
                    file.path.hasPrefix("additions/") ? known.union(Addition.names) : known
                guard case .text(let text) = file.contents else {
                    Issue.record("\(file.path) is not text")
                    continue
                }
                for reference in try Mustache.Template(text, path: file.path).references {
                    seen += 1
                    switch reference.kind {
                    case .partial, .parent:
                        #expect(partials.contains(reference.name), "\(file.path): \(reference)")
                    case .block: break
                    default:
                        let names = TemplateNames(framework.manifest.questions)
                        let name = names.literal(reference.name)?.name ?? reference.name
                        #expect(known.contains(name), "\(file.path): \(reference)")
                    }
                }
            }
        }
        #expect(seen > 50)
    }

    @Test("no free text stands raw in code, but for code")
    func literals() throws {
        let catalog = try Catalog.embedded()
        var found: Set<TemplateProblem> = []
        for framework in catalog.frameworks + [try #require(catalog.adopting)] {
            found.formUnion(literalFindings(in: framework).map(\.problem))
        }
        // The expression that makes the application of an app that is there already.
        #expect(found == [.rawText("application", .python)])
    }

    @Test("no shared file is there for nothing")
    func sharedFilesAreUsed() throws {
        let catalog = try Catalog.embedded()
        for file in catalog.shared {
            let name = Plan.withoutTemplateSuffix(file.path)
            let isUsed = embeddedTemplateFiles.contains { other in
                guard case .text(let text) = other.contents else { return false }
                return ["{{> \(name)}}", "{{< \(name)}}", "<%> \(name)%>", "<%< \(name)%>"]
                    .contains { text.contains($0) }
            }
            #expect(isUsed, "\(name)")
        }
    }

    @Test("the frameworks, and the languages but for the usual one, are named nowhere else")
    func noSecondList() throws {
        let catalog = try Catalog.embedded()
        let names = Set(
            catalog.names + catalog.frameworks.map(\.folder) + catalog.languages.dropFirst()
        )
        let sources = Paths.package.appending(path: "Sources")
        var read = 0
        for path in try filePaths(below: sources) where path.hasSuffix(".swift") {
            let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
            read += 1
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
                .enumerated()
            {
                // The example in the help names one, as the README does.
                let isComment = line.drop { $0 == " " }.hasPrefix("//")
                let isExample = line.contains("pa-new hello --framework")
                guard !isComment, !isExample else { continue }
                for name in names where line.contains("\"\(name)\"") {
                    Issue.record("\(path):\(index + 1) names \(name)")
                }
            }
        }
        #expect(read > 10)
    }

    @Test("the Mustache engine imports nothing, Foundation least of all")
    func engineImportsNothing() throws {
        let engine = Paths.package.appending(path: "Sources/Mustache")
        let paths = try filePaths(below: engine)
        #expect(paths.count > 5)
        for path in paths {
            let text = try String(contentsOf: engine.appending(path: path), encoding: .utf8)
            #expect(
                !text.split(separator: "\n").contains {
                    $0.contains("import ") && !$0.contains("//")
                }
            )
        }
    }
}
