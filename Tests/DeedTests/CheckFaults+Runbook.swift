import TestSupport
import Testing

// What goes wrong with the runbook.
extension CheckFault {
  static let runbook: [CheckFault] = [
    CheckFault("no runbook", fails: ["runbook"], "runbook-missing RUNBOOK.md") { test in
      try test.git("rm", "--quiet", "RUNBOOK.md")
      try test.commit("feat: a fault")
    },
    .replacing(
      "## ロールバック", with: "## ほか", in: "RUNBOOK.md", fails: "runbook",
      "section-missing RUNBOOK.md"),
    .replacing(
      "Add an instance.", with: "", in: "RUNBOOK.md", fails: "runbook",
      "section-empty RUNBOOK.md:13"),
    .replacing(
      "+81 3 1234 5678", with: "downstairs", in: "RUNBOOK.md", fails: "runbook",
      "contact-missing RUNBOOK.md:21"),
    .replacing(
      "Hanako Sato", with: "[On-call engineer]", in: "RUNBOOK.md", fails: "runbook",
      "placeholder RUNBOOK.md:23"),
    .replacing(
      "Hanako Sato", with: "____", in: "RUNBOOK.md", fails: "runbook", "placeholder RUNBOOK.md:23"),
    .replacing(
      "The dashboard.", with: "Coming soon", in: "RUNBOOK.md", fails: "runbook",
      "placeholder RUNBOOK.md:19"),
    .replacing(
      "#schema)", with: "#tables)", in: "RUNBOOK.md", fails: "runbook", "link-broken RUNBOOK.md:7"),
    .replacing(
      "docs/schema.md#", with: "docs/gone.md#", in: "RUNBOOK.md", fails: "runbook",
      "link-broken RUNBOOK.md:7"),
    CheckFault("an old runbook", fails: ["runbook"], "runbook-stale RUNBOOK.md:3") { test in
      let text = try #require(CheckProject.files["RUNBOOK.md"])
      try TestSupport.Files.write(
        text.replacing("2025-12-24", with: "2023-12-24"), to: "\(test.path)/RUNBOOK.md")
      _ = try test.run(
        ["commit", "--quiet", "-a", "-m", "feat: a fault"],
        with: ["GIT_COMMITTER_DATE": "1700000001 +0000"])
    },

  ]
}
