import TestSupport
import Testing

// What goes wrong with the tag, the checkout, the tools and commands of the team.
extension CheckFault {
  static let checkout: [CheckFault] = [
    CheckFault("a lightweight tag", fails: ["tag"], "tag-lightweight") { test in
      try test.git("tag", "v1.1.0")
    },
    CheckFault("a tag that is gone", of: "v1.0.0", fails: ["tag"], "tag-not-here") { test in
      try test.git("switch", "--quiet", "--detach", "v1.0.0")
      try test.git("tag", "-d", "v1.0.0")
    },
    CheckFault("a tag of another name", fails: ["tag"], "tag-renamed") { test in
      try test.git("tag", "-a", "-m", "other", "other")
      try test.git("update-ref", "refs/tags/v1.1.0", "other")
      try test.git("update-ref", "-d", "refs/tags/other")
    },
    CheckFault("a tag on a tree", fails: ["tag"], "tag-not-commit") { test in
      try test.git("tag", "-a", "-m", "tree", "v1.1.0", "HEAD^{tree}")
    },
    CheckFault("a lower version", of: "v0.9.0", fails: ["tag", "artifacts"], "tag-order") { _ in },
    CheckFault(
      "a checkout elsewhere", of: "v1.0.0", fails: ["checkout", "tests"], "checkout-elsewhere"
    ) { _ in },
    CheckFault("a file is left behind", fails: ["checkout"], "checkout-dirty left.txt") { test in
      try TestSupport.Files.write("x", to: "\(test.path)/left.txt")
    },
    .replacing(
      ">=2.0", with: ">=99", in: "deed.toml", fails: "tools", "tool-version"),
    .replacing(
      "{ git = \">=2.0\" }", with: "{ deed-lacks = \">=1\" }", in: "deed.toml", fails: "tools",
      "tool-missing"),
    .replacing(
      "run = \"test -x deploy.sh\"", with: "run = \"sleep 600\"\ntimeout = \"1s\"", in: "deed.toml",
      fails: "tests", "timeout"),
    .replacing(
      "test -x deploy.sh", with: "exit 3", in: "deed.toml", fails: "tests", "exit"),
  ]
}
