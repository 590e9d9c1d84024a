// What scaffolds in CI: the examples of docs/ci.md, this repository's own workflow, and hostile inputs.

import Foundation
import Scaffold
import TestSupport
import Testing

/// A pipeline in docs/ci.md.
private struct Example: Sendable, CustomTestStringConvertible {
    let service: Service
    let text: String
    let line: Int

    var testDescription: String { "docs/ci.md, line \(line), \(service)" }

    static let all: [Example] = {
        let page = Paths.package.appending(path: "docs/ci.md")
        let text = (try? String(contentsOf: page, encoding: .utf8)) ?? ""
        var examples: [Example] = []
        var open: (service: Service, lines: [Substring], number: Int)?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            if line.hasPrefix("```"), let block = open {
                let text = block.lines.map { $0 + "\n" }.joined()
                examples.append(
                    Example(service: block.service, text: text, line: block.number)
                )
                open = nil
            } else if line.hasPrefix("```yaml "),
                let service = Service(rawValue: "\(line.dropFirst(8))")
            {
                open = (service, [], index + 2)
            } else {
                open?.lines.append(line)
            }
        }
        return examples
    }()
}

@Suite("Making projects in CI", .needs(.wheel), .lane(.full))
struct ActionTests {
    /// A folder with the files of this repository, committed or not, and nothing else.
    private func source(below scratch: URL) async throws -> URL {
        let copy = scratch.appending(path: "pa-new")
        let listed = try await run(
            "git",
            ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            in: Paths.package
        )
        try #require(listed.exitCode == 0, "\(listed)")
        for path in listed.stdout.split(separator: "\0").map(String.init) {
            let place = copy.appending(path: path)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            let original = Paths.package.appending(path: path)
            // What is deleted and not yet committed is listed, too.
            guard FileManager.default.fileExists(atPath: original.path) else { continue }
            try FileManager.default.copyItem(at: original, to: place)
        }
        return copy
    }

    @Test("the page has examples for both services")
    func examples() {
        #expect(Example.all.filter { $0.service == .github }.count >= 1)
        #expect(Example.all.filter { $0.service == .gitlab }.count >= 2)
    }

    @Test("works as the page says", arguments: Example.all)
    fileprivate func example(_ example: Example) async throws {
        let python = try await toolbox()
        let wheel = try await BuiltWheel.shared.wheel()
        try await withTemporaryFolder { scratch in
            let source = try await source(below: scratch)
            var text = example.text
            if text.contains("OWNER/templates#service") {
                let address = try await OwnPipelines.template(below: scratch)
                text.replace(/g[hl]:OWNER\/templates#service/, with: address)
            }
            var request = try PipelineRequest(
                example.service,
                text,
                source: source,
                below: scratch,
                wheel: wheel
            )
            if example.text.contains("workflow_dispatch") {
                request.event = "workflow_dispatch"
                request.inputs = ["name": "shop", "team": "Sales"]
            }
            let ran = try await PipelineRun(request, with: python)
            #expect(ran.unsupported == nil, "\(ran)")
            #expect(!ran.jobs.isEmpty)
            #expect(ran.results.values.allSatisfy { $0 == ["success"] }, "\(ran)")
            // A step that runs tests ran some.
            if example.text.contains("-m unittest") {
                #expect(ran.description.contains(/Ran [1-9]\d* tests/), "\(ran)")
            }
            // What is handed on is the whole project, hidden files included.
            for (mark, path) in [
                ("upload-artifact", "artifacts/project"),
                ("PA_NEW_NAME", "gitlab-artifacts/make/shop"),
            ] where example.text.contains(mark) {
                let handed = URL(filePath: request.root).appending(path: path)
                let files = try filePaths(below: handed)
                #expect(files.contains(".pa-new.json") && files.contains("wsgi.py"), "\(files)")
            }
        }
    }

    @Test("installs no pa-new with another checksum, and creates nothing")
    func wrongChecksum() async throws {
        let wheel = try await BuiltWheel.shared.wheel()
        let wrong = String(try digest(of: wheel).reversed())
        let text = """
            name: N
            on: push
            jobs:
              make:
                runs-on: ubuntu-24.04
                steps:
                  - uses: OWNER/pa-new@COMMIT
                    with:
                      name: shop
                      pa-new: \(wheel.path)
                      pa-new-sha256: \(wrong)

            """
        try await withTemporaryFolder { scratch in
            let source = try await source(below: scratch)
            let request = try PipelineRequest(.github, text, source: source, below: scratch)
            let ran = try await PipelineRun(request, with: try await toolbox())
            #expect(ran.unsupported == nil, "\(ran)")
            #expect(ran.results == ["make": ["failure"]], "\(ran)")
            #expect(ran.jobs.last?.commands.last?.name == "Install pa-new", "\(ran)")
            #expect(ran.description.contains("DO NOT MATCH THE HASHES"), "\(ran)")
        }
    }

    @Test("this repository's own workflow uses the action on itself")
    func ownWorkflow() async throws {
        let python = try await toolbox()
        let wheel = try await BuiltWheel.shared.wheel()
        try await withTemporaryFolder { scratch in
            let source = try await source(below: scratch)
            let file = source.appending(path: ".github/workflows/ci.yml")
            let text = try String(contentsOf: file, encoding: .utf8)
            var request = try PipelineRequest(
                .github,
                text,
                source: source,
                below: scratch,
                wheel: wheel
            )
            request.repository = source.path
            request.only = ["action"]
            let ran = try await PipelineRun(request, with: python)
            #expect(ran.unsupported == nil, "\(ran)")
            #expect(ran.results == ["action": ["success"]], "\(ran)")
            let makes = ran.jobs.flatMap(\.commands).filter { $0.name == "Create the project" }
            #expect(makes.count == 3, "\(ran)")
            let notice = "::notice::made/swift-site was not checked: build it first"
            #expect(ran.description.contains(notice), "\(ran)")
        }
    }

    /// Inputs that would do harm in a line of a shell's, or be taken for an option or a command.
    private static let hostile = [
        "$(touch pwned)", "`touch pwned`", "\"; touch pwned; \"", "'; touch pwned; '",
        "a\ntouch pwned",
        "--version", "-h", "list", "../x", "", "${{ github.token }}",
        String(repeating: "x", count: 100_000),
    ]

    @Test(
        "the action refuses a hostile name, and the shell never sees it as code",
        arguments: hostile
    )
    func hostileName(name: String) async throws {
        try await expectRefusal(["name": name], of: name)
    }

    /// Two values for each input besides the name.
    private static let hostileInputs: [(String, String)] = {
        let values = ["$(touch pwned)", "--version", "\"; touch pwned; \""]
        let inputs = """
            framework language user domain python ci template set answers ci-updates agents check
            """
        return inputs.split(separator: " ").enumerated().flatMap { index, input in
            [0, 1].map { ("\(input)", values[(index + $0) % values.count]) }
        }
    }()

    @Test(
        "the action refuses any other hostile input",
        arguments: hostileInputs
    )
    func hostileInput(input: String, value: String) async throws {
        try await expectRefusal(["name": "hello", input: value], of: value)
    }

    /// Runs the action with inputs, and expects that pa-new refuses them with nothing made.
    private func expectRefusal(
        _ inputs: [String: String],
        of value: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let python = try await toolbox()
        try await withTemporaryFolder { scratch in
            let given = inputs.keys.sorted().map { "\($0): ${{ inputs.\($0) }}" }
            let text = OwnPipelines.workflow(with: given.joined(separator: "\n"))
            let source = scratch.appending(path: "action")
            try write(["action.yml": try OwnPipelines.installedAction()], below: source)
            var request = try PipelineRequest(.github, text, source: source, below: scratch)
            request.event = "workflow_dispatch"
            request.inputs = inputs
            let ran = try await PipelineRun(request, with: python)
            #expect(ran.unsupported == nil, "\(ran)", sourceLocation: sourceLocation)
            #expect(ran.results == ["make": ["failure"]], "\(ran)", sourceLocation: sourceLocation)
            let last = ran.jobs.last?.commands.last
            #expect(last?.name == "Create the project", "\(ran)", sourceLocation: sourceLocation)
            let refusal = last?.output.contains(/pa-new: |::error::the input [a-z-]+ has/) == true
            #expect(refusal, "\(ran)", sourceLocation: sourceLocation)
            // The value is nowhere in a command: it came as a variable.
            let isCode = last?.run.contains(value) == true && !value.isEmpty
            #expect(!isCode, "\(ran)", sourceLocation: sourceLocation)
            let left = try filePaths(below: URL(filePath: request.root).appending(path: "work"))
                .filter { !$0.hasPrefix(".git/") }
            #expect(left == [], sourceLocation: sourceLocation)
        }
    }

    @Test(
        "the job for GitLab refuses hostile variables",
        arguments: [
            ("PA_NEW_NAME", "$(touch pwned)"), ("PA_NEW_NAME", "--version"),
            ("PA_NEW_NAME", "../x"),
            ("PA_NEW_NAME", "\"; touch pwned; \""), ("PA_NEW_FRAMEWORK", "`touch pwned`"),
            ("PA_NEW_USER", "a b"), ("PA_NEW_DOMAIN", "--version"), ("PA_NEW_CI", "$(touch pwned)"),
            ("PA_NEW_LANGUAGE", "-h"), ("PA_NEW", ""), ("PA_NEW_TEMPLATE", "--version"),
            ("PA_NEW_TEMPLATE", "\"; touch pwned; \""), ("PA_NEW_SET", "`touch pwned`"),
            ("PA_NEW_SET", "x=1\ntouch pwned"), ("PA_NEW_ANSWERS", "'; touch pwned; '"),
            ("PA_NEW_CI_UPDATES", "yes"), ("PA_NEW_AGENTS", "$(touch pwned)"),
        ]
    )
    func hostileVariable(variable: String, value: String) async throws {
        let python = try await toolbox()
        try await withTemporaryFolder { scratch in
            let text = """
                include:
                  - project: OWNER/pa-new
                    ref: COMMIT
                    file: /ci/gitlab/pa-new.yml
                make:
                  extends: .pa-new

                """
            let source = scratch.appending(path: "source")
            try write([OwnPipelines.gitlabJob: OwnPipelines.installedJob()], below: source)
            var request = try PipelineRequest(.gitlab, text, source: source, below: scratch)
            request.variables["PA_NEW"] = "installed"
            request.variables[variable] = value
            let ran = try await PipelineRun(request, with: python)
            #expect(ran.unsupported == nil, "\(ran)")
            #expect(ran.results == ["make": ["failure"]], "\(ran)")
            let output = ran.jobs.last?.commands.last?.output ?? ""
            let reasons = /set it to the URL of a pa-new wheel|pa-new: |has to be true or false/
            #expect(output.contains(reasons), "\(ran)")
            let left = try filePaths(below: URL(filePath: request.root).appending(path: "work"))
                .filter { !$0.hasPrefix(".git/") }
            #expect(left == ["README.md"])
        }
    }
}
