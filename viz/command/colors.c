/* The reader's own colors, "value=#1B5E20,gradient=#B71C1C". Must not know where they are used.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

static const char **color_named(viz_palette *p, const char *name)
{
    const struct {
        const char *name;
        const char **color;
    } all[] = {{"value", &p->value}, {"gradient", &p->gradient},   {"ink", &p->ink},
               {"muted", &p->muted}, {"highlight", &p->highlight}, {"paper", &p->paper}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (strcmp(all[i].name, name) == 0) {
            return all[i].color;
        }
    }
    return NULL;
}

static bool is_color(const char *text)
{
    bool good = text[0] == '#' && strlen(text) == 7;
    for (int i = 1; good && i < 7; i++) {
        good = isxdigit((unsigned char)text[i]) != 0;
    }
    return good;
}

bool viz__read_colors(char *text, viz_palette *p)
{
    for (char *at = text, *next; at != NULL; at = next) {
        next = strchr(at, ',');
        if (next != NULL) {
            *next++ = '\0';
        }
        char *color = strchr(at, '=');
        if (color != NULL) {
            *color++ = '\0';
        }
        const char **place = color_named(p, at);
        if (place == NULL || color == NULL || !is_color(color)) {
            fprintf(stderr,
                    "autograd: --colors: %s is none of value=#0072B2, gradient, ink, muted, "
                    "highlight, paper\n",
                    at);
            return false;
        }
        *place = color;
    }
    return true;
}
