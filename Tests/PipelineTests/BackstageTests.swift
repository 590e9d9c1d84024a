// The software template for Backstage, and the workflow that it starts.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("The template for Backstage", .needs(.wheel), .lane(.full))
struct BackstageTests {
    private static let folder = Paths.package.appending(path: "ci/backstage")

    /// What the files say: the keys that have to agree.
    private struct Keys: Decodable {
        let api: String
        let kind: String
        let actions: [String]
        let workflow: String
        /// What the template asks, and what it must be told.
        let asked: [String]
        let required: [String]
        let choices: [String: [String]]
        /// What the template sends: the name of an input, and its value.
        let sent: [String: String]
        /// The inputs of the workflow, and those that it must get.
        let inputs: [String]
        let demanded: [String]
        /// What the workflow gives the action, and the action's inputs.
        let given: [String: String]
        let known: [String]
        let needed: [String]
    }

    private static let script = """
        import json, sys, yaml

        template, workflow, action = (yaml.load(open(p), yaml.BaseLoader) for p in sys.argv[1:])
        spec = template["spec"]
        asked = {k: v for page in spec["parameters"] for k, v in page["properties"].items()}
        inputs = workflow["on"]["workflow_dispatch"]["inputs"]
        step = spec["steps"][0]
        required = lambda fields: [k for k, v in fields.items() if v.get("required") == "true"]
        json.dump({
            "api": template["apiVersion"], "kind": template["kind"],
            "actions": [step["action"] for step in spec["steps"]],
            "workflow": step["input"]["workflowId"],
            "asked": sorted(asked),
            "required": [k for page in spec["parameters"] for k in page.get("required", [])],
            "choices": {k: v["enum"] for k, v in asked.items() if "enum" in v},
            "sent": step["input"]["workflowInputs"],
            "inputs": sorted(inputs), "demanded": required(inputs),
            "given": workflow["jobs"]["create"]["steps"][0]["with"],
            "known": sorted(action["inputs"]), "needed": required(action["inputs"]),
        }, sys.stdout)
        """

    /// Reads a software template, the workflow that it starts, and the action.
    private func keys(of template: String) async throws -> Keys {
        let files = [template, "create-project.yml"].map { Self.folder.appending(path: $0).path }
        let action = Paths.package.appending(path: "action.yml").path
        let read = try await run(toolbox().path, ["-c", Self.script] + files + [action])
        try #require(read.exitCode == 0, "\(read)")
        return try JSONDecoder().decode(Keys.self, from: Data(read.stdout.utf8))
    }

    @Test("asks for what the workflow needs, and that gives the action what it needs")
    func keys() async throws {
        let keys = try await keys(of: "template.yaml")
        #expect(keys.api == "scaffolder.backstage.io/v1beta3" && keys.kind == "Template")
        #expect(keys.actions == ["github:actions:dispatch"])
        #expect(keys.workflow == "create-project.yml")
        // GitHub allows ten inputs at most in Backstage's action.
        #expect(keys.inputs.count <= 10)
        #expect(keys.sent.keys.sorted() == keys.asked)
        #expect(Set(keys.asked).isSubset(of: keys.inputs))
        for (input, value) in keys.sent { #expect(value == "${{ parameters.\(input) }}") }
        #expect(Set(keys.demanded).isSubset(of: keys.required))
        #expect(Set(keys.given.keys).isSubset(of: keys.known))
        #expect(Set(keys.needed).isSubset(of: keys.given.keys))
        for input in keys.inputs {
            let name = input == "updates" ? "ci-updates" : input
            #expect(keys.given[name] == "${{ inputs.\(input) }}")
        }
        let catalog = try Catalog.embedded()
        #expect(keys.choices["framework"] == catalog.offered(in: nil).map(\.name))
        #expect(
            keys.choices["python"]?.sorted() == PythonVersion.offered.map(\.description).sorted()
        )
    }

    @Test("of an own template sends its answers as one JSON text, and no framework")
    func ownTemplate() async throws {
        let keys = try await keys(of: "own-template.yaml")
        #expect(keys.api == "scaffolder.backstage.io/v1beta3" && keys.kind == "Template")
        #expect(keys.actions == ["github:actions:dispatch"])
        #expect(keys.workflow == "create-project.yml")
        #expect(Set(keys.sent.keys).isSubset(of: keys.inputs))
        #expect(Set(keys.demanded).isSubset(of: keys.sent.keys))
        #expect(keys.sent["framework"] == nil)
        #expect(keys.sent["template"] == "gh:OWNER/templates#service")
        #expect(keys.sent["answers"] == "${{ parameters.answers | dump }}")
        for asked in keys.asked {
            #expect(keys.sent[asked]?.hasPrefix("${{ parameters.\(asked) ") == true)
        }
    }

    @Test("starts a workflow that makes a repository of the project")
    func workflow() async throws {
        try await withTemporaryFolder { scratch in
            let repository = scratch.appending(path: "repository")
            try write(["README.md": "The platform's.\n"], below: repository)
            // The action's part is tested elsewhere: here it is the built tool.
            let action = """
                inputs:
                  {name: {}, framework: {}, template: {}, answers: {}, python: {}, user: {}, domain: {},
                   ci: {}, ci-updates: {}}
                outputs: {folder: {value: "${{ steps.make.outputs.folder }}"}}
                runs:
                  using: composite
                  steps:
                    - id: make
                      shell: bash
                      env: {NAME: "${{ inputs.name }}", CI: "${{ inputs.ci }}"}
                      run: |
                        \(Paths.tool.path) --quiet --ci "$CI" -- "$NAME"
                        echo "folder=$NAME" >>"$GITHUB_OUTPUT"

                """
            let gh = """
                #!/bin/sh
                printf '%s\\n' "$GH_TOKEN $*" >>'\(scratch.path)/gh.txt'
                [ "$2" != create ] || git log --format=%s --name-only >>'\(scratch.path)/gh.txt'

                """
            try write(["action.yml": action], below: scratch.appending(path: "action"))
            let root = scratch.appending(path: "runner")
            try write(["tools/gh": gh], below: root)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755],
                ofItemAtPath: root.appending(path: "tools/gh").path
            )
            var request = PipelineRequest(
                service: .github,
                file: Self.folder.appending(path: "create-project.yml").path,
                repository: repository.path,
                root: root.path
            )
            request.actions = ["OWNER/pa-new@COMMIT": scratch.appending(path: "action").path]
            request.event = "workflow_dispatch"
            request.inputs = ["name": "shop", "framework": "handler"]
            request.secrets = ["REPOSITORY_TOKEN": "secret"]
            let ran = try await PipelineRun(request, with: try await toolbox())
            #expect(ran.unsupported == nil, "\(ran)")
            #expect(ran.results == ["create": ["success"]], "\(ran)")
            let said = try String(contentsOf: scratch.appending(path: "gh.txt"), encoding: .utf8)
            let create = "secret repo create alice/shop --private --source . --push\n"
            let isCreated = said.hasPrefix(
                "secret auth setup-git\n" + create + "Create the project\n"
            )
            #expect(isCreated && said.contains("\n.github/workflows/ci.yml\n"), "\(said)")
        }
    }
}
