// Projects from a template of the user's own, made by the action and by the job for GitLab.

import Foundation
import TestSupport
import Testing

@Suite("Making projects of an own template in CI", .needs(.wheel), .lane(.full))
struct ActionTemplateTests {
    /// Answers that would do harm as code of a shell's, as an option or as a path, and are all allowed.
    private static let owner =
        #"$(touch pwned) `touch pwned` "; touch pwned; ' $HOME \ ${{ github.token }}"#
    private static let team = #"--version ' " $(touch pwned)"#

    private struct Record: Decodable {
        struct Template: Decodable { let address: String }
        struct Answers: Decodable, Equatable { let owner, team: String }
        let template: Template
        let answers: Answers
    }

    /// Expects a project with the very answers, and nothing that a shell made of them.
    private func expectProject(
        _ project: URL,
        from address: String,
        _ ran: PipelineRun,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(ran.unsupported == nil, "\(ran)", sourceLocation: sourceLocation)
        #expect(ran.results == ["make": ["success"]], "\(ran)", sourceLocation: sourceLocation)
        let file = project.appending(path: ".pa-new.json")
        let record = try JSONDecoder().decode(Record.self, from: Data(contentsOf: file))
        let answers = Record.Answers(owner: Self.owner, team: Self.team)
        #expect(record.answers == answers, sourceLocation: sourceLocation)
        let repository = address.replacing("#service", with: "")
        #expect(record.template.address == repository, sourceLocation: sourceLocation)
        let files = try filePaths(below: project)
        #expect(files.contains("ci.yml") && files.contains("update.yml"), "\(files)")
        let work = try filePaths(below: project.deletingLastPathComponent())
        #expect(!work.contains { $0.hasSuffix("pwned") }, "\(work)", sourceLocation: sourceLocation)
    }

    @Test("the action hands on each answer as it is, in lines or as JSON")
    func action() async throws {
        try await withTemporaryFolder { scratch in
            let address = try await OwnPipelines.template(below: scratch)
            let text = OwnPipelines.workflow(
                with: """
                    name: shop
                    template: ${{ inputs.template }}
                    set: |

                      owner=${{ inputs.owner }}
                    answers: '{"owner": "another", "team": ${{ toJSON(inputs.team) }}}'
                    ci: github
                    ci-updates: true
                    """
            )
            let source = scratch.appending(path: "action")
            try write(["action.yml": try OwnPipelines.installedAction()], below: source)
            var request = try PipelineRequest(.github, text, source: source, below: scratch)
            request.event = "workflow_dispatch"
            request.inputs = ["template": address, "owner": Self.owner, "team": Self.team]
            let ran = try await PipelineRun(request, with: try await toolbox())
            let project = URL(filePath: request.root).appending(path: "work/shop")
            try expectProject(project, from: address, ran)
            #expect(ran.jobs.last?.commands.last?.name == "Check the project", "\(ran)")
        }
    }

    @Test("the job for GitLab hands on each answer as it is, in lines or as JSON")
    func job() async throws {
        try await withTemporaryFolder { scratch in
            let address = try await OwnPipelines.template(below: scratch)
            let interpreter = try #require(interpreters.last)
            let text = """
                include:
                  - project: OWNER/pa-new
                    ref: COMMIT
                    file: /ci/gitlab/pa-new.yml
                make:
                  extends: .pa-new
                  image: python:$PA_NEW_PYTHON-bookworm
                  variables:
                    PA_NEW_NAME: shop
                    PA_NEW_PYTHON: "\(interpreter.version)"
                    PA_NEW_CI: github
                    PA_NEW_CI_UPDATES: "true"

                """
            let source = scratch.appending(path: "source")
            try write([OwnPipelines.gitlabJob: OwnPipelines.installedJob()], below: source)
            var request = try PipelineRequest(.gitlab, text, source: source, below: scratch)
            let answers = ["owner": "another", "team": Self.team]
            // GitLab itself puts the values of variables into others: `$$` is a dollar.
            let json = String(decoding: try JSONEncoder().encode(answers), as: UTF8.self)
            request.variables = [
                "PA_NEW": "installed", "PA_NEW_TEMPLATE": address,
                "PA_NEW_SET": "\nowner=\(Self.owner)\n".replacing("$", with: "$$"),
                "PA_NEW_ANSWERS": json.replacing("$", with: "$$"),
            ]
            let ran = try await PipelineRun(request, with: try await toolbox())
            let artifacts = URL(filePath: request.root).appending(path: "gitlab-artifacts/make")
            try expectProject(artifacts.appending(path: "shop"), from: address, ran)
        }
    }
}
