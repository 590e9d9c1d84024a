// The public Mustache specification, case by case.

import Foundation
import Mustache
import TestSupport
import Testing

/// The public Mustache specification, core and optional modules, one test case for each of its own.
@Suite("Mustache specification")
struct MustacheSpecTests {
    @Test(
        "Case",
        .needs(MustacheSpecification.need),
        arguments: MustacheSpec.cases
    )
    func specification(spec: MustacheSpecCase) throws {
        var partials: [String: Mustache.Template] = [:]
        for (name, source) in spec.partials ?? [:] {
            partials[name] = try Mustache.Template(source, path: name)
        }
        let template = try Mustache.Template(spec.template, path: spec.testDescription)
        let result = try template.render(try spec.value(), partials: partials)
        #expect(
            result == spec.expected,
            """
            template: \(spec.template.debugDescription)
            partials: \(spec.partials ?? [:])
            data:     \(spec.data)
            expected: \(spec.expected.debugDescription)
            got:      \(result.debugDescription)
            """
        )
    }

    @Test("All 194 cases of all 9 modules are there", .needs(MustacheSpecification.need))
    func completeness() {
        #expect(MustacheSpec.cases.count == 194, "in \(MustacheSpecification.folder.path)")
        #expect(Set(MustacheSpec.cases.map(\.module)).count == 9)
        let names = MustacheSpec.cases.filter { $0.module == "~lambdas" }.map(\.name)
        #expect(Set(names) == Set(MustacheSpec.lambdas.keys))
    }
}

/// What is in the specification.
private enum MustacheSpec {
    static let cases: [MustacheSpecCase] = {
        let files = try? FileManager.default.contentsOfDirectory(
            at: MustacheSpecification.folder,
            includingPropertiesForKeys: nil
        )
        return (files ?? [])
            .filter { $0.pathExtension == "json" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .flatMap { file -> [MustacheSpecCase] in
                let module = file.deletingPathExtension().lastPathComponent
                do {
                    let data = try Data(contentsOf: file)
                    let tests = try JSONDecoder().decode(MustacheSpecFile.self, from: data).tests
                    return tests.map { test in
                        var test = test
                        test.module = module
                        return test
                    }
                } catch {
                    Issue.record("\(file.path): \(error)")
                    return []
                }
            }
    }()

    /// The functions of the module `~lambdas`, which the data has in other languages only.
    static let lambdas: [String: @Sendable () -> Mustache.Lambda] = [
        "Interpolation": { { _ in "world" } },
        "Interpolation - Expansion": { { _ in "{{planet}}" } },
        "Interpolation - Alternate Delimiters": { { _ in "|planet| => {{planet}}" } },
        "Interpolation - Multiple Calls": {
            let counter = MustacheCallCounter()
            return { _ in String(counter.next()) }
        },
        "Escaping": { { _ in ">" } },
        "Section": { { text in text == "{{x}}" ? "yes" : "no" } },
        "Section - Expansion": { { text in (text ?? "") + "{{planet}}" + (text ?? "") } },
        "Section - Alternate Delimiters": {
            { text in (text ?? "") + "{{planet}} => |planet|" + (text ?? "") }
        },
        "Section - Multiple Calls": { { text in "__" + (text ?? "") + "__" } },
        "Inverted Section": { { _ in "" } },
    ]
}

private final class MustacheCallCounter: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0

    func next() -> Int {
        lock.withLock {
            count += 1
            return count
        }
    }
}

private struct MustacheSpecFile: Decodable {
    let tests: [MustacheSpecCase]
}

/// One case of the specification.
struct MustacheSpecCase: Decodable, Sendable, CustomTestStringConvertible {
    var module = ""
    let name: String
    let template: String
    let partials: [String: String]?
    let data: MustacheJSON
    let expected: String

    private enum CodingKeys: CodingKey {
        case name, template, partials, data, expected
    }

    var testDescription: String { "\(module): \(name)" }

    /// The data, with a Swift function in the place of a lambda.
    func value() throws -> Mustache.Value {
        guard module == "~lambdas", case .object(var members) = data.value else {
            return data.value
        }
        let lambda = try #require(MustacheSpec.lambdas[name], "no lambda for '\(name)'")
        members["lambda"] = .lambda(lambda())
        return .object(members)
    }
}

/// A JSON value as data for templates.
struct MustacheJSON: Decodable, Sendable, CustomStringConvertible {
    let value: Mustache.Value

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            value = .null
        } else if let bool = try? container.decode(Bool.self) {
            value = .bool(bool)
        } else if let integer = try? container.decode(Int.self) {
            value = .integer(integer)
        } else if let decimal = try? container.decode(Double.self) {
            value = .decimal(decimal)
        } else if let string = try? container.decode(String.self) {
            value = .string(string)
        } else if let list = try? container.decode([MustacheJSON].self) {
            value = .list(list.map(\.value))
        } else {
            let members = try container.decode([String: MustacheJSON].self)
            value = .object(members.mapValues(\.value))
        }
    }

    var description: String { String(describing: value) }
}
