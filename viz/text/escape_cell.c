/* Text within Markdown, JSON and CSV. What is given may have any bytes; what is not text is
 * replaced first. Must not know anything of graphs.
 *
 * Sources: CommonMark 0.31, "Backslash escapes"; GitHub Flavored Markdown, "Tables"; RFC 8259,
 * section 7, for JSON; RFC 4180 for CSV; OWASP, "CSV Injection".
 */
#include "text.h"

#include <string.h>

/* Writes cleaned text with `before` before each of the characters in `special`. */
static void put_escaped(viz__out *out, const char *text, const char *special, const char *before)
{
    viz__out clean = viz__to_text(out->graph);
    viz__clean(&clean, text, false);
    for (const char *at = viz__text(&clean); *at != '\0';) {
        size_t plain = strcspn(at, special);
        viz__put(out, at, plain);
        at += plain;
        if (*at != '\0') {
            viz__puts(out, before);
            viz__put(out, at++, 1);
        }
    }
    viz__fail(out, clean.status);
    viz__out_free(&clean);
}

void viz__markdown(viz__out *out, const char *text)
{
    put_escaped(out, text, "\\`*_{}[]<>#|~$&!", "\\");
}

void viz__markdown_math(viz__out *out, const char *math)
{
    for (; *math != '\0'; math++) {
        if (math[0] == '\\' && math[1] == '|') {
            viz__puts(out, "\\Vert{}");
            math++;
        } else if (*math == '|') {
            viz__puts(out, "\\vert{}");
        } else {
            viz__put(out, *math == '\n' ? " " : math, 1);
        }
    }
}

void viz__json(viz__out *out, const char *text)
{
    viz__put(out, "\"", 1);
    put_escaped(out, text, "\"\\", "\\");
    viz__put(out, "\"", 1);
}

void viz__csv(viz__out *out, const char *text)
{
    bool formula = *text != '\0' && strchr("=+-@", *text) != NULL;
    viz__puts(out, formula ? "\"'" : "\"");
    put_escaped(out, text, "\"", "\"");
    viz__put(out, "\"", 1);
}

/* Source: RFC 4648, section 4. */
void viz__base64(viz__out *out, const char *bytes, size_t n)
{
    static const char letter[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        size_t have = n - i < 3 ? n - i : 3;
        uint32_t three = 0;
        for (size_t k = 0; k < 3; k++) {
            three = three << 8 | (k < have ? (unsigned char)bytes[i + k] : 0);
        }
        for (size_t k = 0; k < 4; k++) {
            viz__put(out, k <= have ? &letter[three >> (18 - 6 * k) & 63] : "=", 1);
        }
    }
}
