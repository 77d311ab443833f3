/* Text, numbers and names for LaTeX, which any engine compiles without packages. Must not know
 * anything of graphs.
 *
 * Sources: Lamport, "LaTeX: A Document Preparation System", for the special characters; Unicode 15,
 * Greek and Coptic.
 */
#include "text.h"

#include <ctype.h>
#include <string.h>

/* --- text ------------------------------------------------------------------------------------- */

/* What stands for an ASCII character; NULL for the character itself. Ligatures are broken, and a
 * quote may be active in a language of babel. */
static const char *special(uint32_t c)
{
    static const struct {
        char c;
        const char *tex;
    } table[] = {{'\\', "\\textbackslash{}"},
                 {'{', "\\{"},
                 {'}', "\\}"},
                 {'$', "\\$"},
                 {'&', "\\&"},
                 {'#', "\\#"},
                 {'%', "\\%"},
                 {'_', "\\_"},
                 {'^', "\\textasciicircum{}"},
                 {'~', "\\textasciitilde{}"},
                 {'<', "\\textless{}"},
                 {'>', "\\textgreater{}"},
                 {'|', "\\textbar{}"},
                 {'"', "\\char34{}"},
                 {'-', "-{}"}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (c == (uint32_t)table[i].c) {
            return table[i].tex;
        }
    }
    return NULL;
}

/* Greek letters without their accents, from the alpha; Omicron and others that look Latin are not
 * in LaTeX. */
static const char *const greek[] = {"\\alpha",   "\\beta", "\\gamma",    "\\delta", "\\epsilon",
                                    "\\zeta",    "\\eta",  "\\theta",    "\\iota",  "\\kappa",
                                    "\\lambda",  "\\mu",   "\\nu",       "\\xi",    "o",
                                    "\\pi",      "\\rho",  "\\varsigma", "\\sigma", "\\tau",
                                    "\\upsilon", "\\phi",  "\\chi",      "\\psi",   "\\omega"};
static const char *const capital[] = {
    "A",       "B",        "\\Gamma",   "\\Delta", "E",    "Z",     "H",      "\\Theta", "I",
    "K",       "\\Lambda", "M",         "N",       "\\Xi", "O",     "\\Pi",   "P",       "",
    "\\Sigma", "T",        "\\Upsilon", "\\Phi",   "X",    "\\Psi", "\\Omega"};

/* The formula of a Greek letter or a sign; NULL for another character. */
static const char *in_math(uint32_t c)
{
    if (c >= 0x3B1 && c <= 0x3C9) {
        return greek[c - 0x3B1];
    }
    if (c >= 0x391 && c <= 0x3A9) {
        return capital[c - 0x391];
    }
    static const struct {
        uint32_t c;
        const char *tex;
    } sign[] = {
        {0x2202, "\\partial"}, {0x2207, "\\nabla"}, {0x2016, "\\|"},      {0xB7, "\\cdot"},
        {0xD7, "\\times"},     {0x2032, "'"},       {0x2248, "\\approx"}, {0x2299, "\\odot"},
        {0x1D40, "^{\\top}"},  {0x2264, "\\le"},    {0x2265, "\\ge"},     {0x2260, "\\ne"},
        {0x2192, "\\to"},      {0x2212, "-"},       {0x221A, "\\surd"},   {0x221E, "\\infty"},
        {0x22EE, "\\vdots"},   {0xB9, "^1"},        {0xB2, "^2"},         {0xB3, "^3"},
        {0x2070, "^0"},        {0x207B, "^-"},      {0x207D, "^("},       {0x207E, "^)"}};
    for (size_t i = 0; i < sizeof sign / sizeof sign[0]; i++) {
        if (sign[i].c == c) {
            return sign[i].tex;
        }
    }
    return NULL;
}

static void put_code(viz__out *out, uint32_t c)
{
    char text[16];
    snprintf(text, sizeof text, "U+%04lX", (unsigned long)c);
    viz__puts(out, text);
}

void viz__tex(viz__out *out, const char *text)
{
    for (size_t length, columns; *text != '\0'; text += length) {
        uint32_t c = viz__character(text, &length, &columns);
        const char *instead = special(c), *math = in_math(c);
        if (instead != NULL) {
            viz__puts(out, instead);
        } else if (math != NULL) {
            viz__print(out, "\\ensuremath{%s}", math);
        } else if (c >= 0x2080 && c <= 0x2089) {
            viz__print(out, "\\ensuremath{_%d}", (int)(c - 0x2080));
        } else if (c >= 0x2074 && c <= 0x2079) {
            viz__print(out, "\\ensuremath{^%d}", (int)(c - 0x2070));
        } else if (c == 0x2014) {
            viz__puts(out, "---");
        } else if (c == 0x2026) {
            viz__puts(out, "...");
        } else if (c < 0x20 || c == 0x7F) {
            viz__puts(out, " ");
        } else if (c > 0x17F || (c >= 0x80 && c < 0xC0)) {
            put_code(out, c); /* pdflatex would stop at it */
        } else {
            viz__put(out, text, length);
        }
    }
}

/* --- numbers ---------------------------------------------------------------------------------- */

void viz__number_tex(viz__out *out, double value, int digits)
{
    char text[VIZ__NUMBER];
    viz__number_text(text, value, digits);
    const char *minus = text[0] == '-' ? "-" : "", *plain = text + (text[0] == '-');
    char *power = strchr(text, 'e');
    if (strcmp(plain, "inf") == 0) {
        viz__print(out, "%s\\infty", minus);
    } else if (strcmp(plain, "nan") == 0) {
        viz__puts(out, "\\mathrm{nan}");
    } else if (power != NULL) {
        const char *exponent = power + 1;
        bool below = *exponent == '-';
        exponent += 1 + strspn(exponent + 1, "0");
        *power = '\0';
        viz__print(out, "%s \\times 10^{%s%s}", text, below ? "-" : "", exponent);
    } else {
        viz__puts(out, text);
    }
}

/* --- names ------------------------------------------------------------------------------------ */

/* The Greek letter of which a text is the name; NULL if it is none. */
static const char *named_letter(const char *text, size_t n)
{
    for (size_t i = 0; i < sizeof greek / sizeof greek[0]; i++) {
        if (greek[i][0] == '\\' && strlen(greek[i]) == n + 1 &&
            strncmp(greek[i] + 1, text, n) == 0) {
            return greek[i];
        }
    }
    return NULL;
}

static size_t letters(const char *text)
{
    size_t n = 0;
    while (isalpha((unsigned char)text[n]) != 0 && (unsigned char)text[n] < 0x80) {
        n++;
    }
    return n;
}

/* Writes the part of a name before its index; returns its length, 0 if it is no such name. */
static size_t put_base(viz__out *out, const char *name)
{
    size_t n = letters(name), length, columns;
    const char *letter = n > 0 ? named_letter(name, n) : NULL;
    if (letter == NULL && n == 0 && *name != '\0') {
        letter = in_math(viz__character(name, &length, &columns));
        n = letter != NULL ? length : 0;
    }
    if (letter != NULL) {
        viz__puts(out, letter);
    } else if (n > 0) {
        viz__puts(out, n > 1 ? "\\mathrm{" : "");
        viz__put(out, name, n);
        viz__puts(out, n > 1 ? "}" : "");
    }
    return n;
}

/* Writes what follows: digits, lowered digits, or _ and letters or digits; false if it is another
 * text. */
static bool put_index(viz__out *out, const char *index)
{
    bool lowered = strncmp(index, "\xE2\x82", 2) == 0;
    if (lowered) {
        viz__puts(out, "_{");
        for (; strncmp(index, "\xE2\x82", 2) == 0; index += 3) {
            unsigned digit = (unsigned char)index[2] - 0x80u;
            if (digit > 9) {
                return false;
            }
            viz__print(out, "%d", (int)digit);
        }
        viz__puts(out, "}");
        return *index == '\0';
    }
    index += *index == '_';
    size_t n = 0;
    while ((unsigned char)index[n] < 0x80 && isalnum((unsigned char)index[n]) != 0) {
        n++;
    }
    if (n == 0 || index[n] != '\0') {
        return false;
    }
    viz__print(out, letters(index) > 1 ? "_{\\mathrm{%s}}" : "_{%s}", index);
    return true;
}

void viz__name_tex(viz__out *out, const char *name)
{
    size_t start = out->used, n = put_base(out, name);
    if (n > 0 && (name[n] == '\0' || put_index(out, name + n))) {
        return;
    }
    viz__cut(out, start);
    viz__puts(out, "\\mbox{");
    viz__tex(out, name);
    viz__puts(out, "}");
}
