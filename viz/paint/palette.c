/* The colors of figures, light and dark. Text has a contrast of at least 5:1 (WCAG 2.1, 1.4.3, asks
 * for 4.5:1); a test computes it. The light blue and rust would have 3.2:1 on the dark paper, so
 * there they are sky and orange. Must not know where they are used.
 *
 * Source: Okabe and Ito, "Color Universal Design", 2008: blue, sky blue and orange, which readers
 * with color blindness tell apart.
 */
#include "paint.h"

static const char *chosen(const viz_palette *p, viz__ink ink)
{
    switch (ink) {
    case VIZ__INK:
        return p->ink;
    case VIZ__INK_VALUE:
        return p->value;
    case VIZ__INK_GRADIENT:
        return p->gradient;
    case VIZ__INK_MUTED:
        return p->muted;
    case VIZ__INK_HIGHLIGHT:
        return p->highlight;
    default:
        return p->paper;
    }
}

const char *viz__color(const viz_options *o, viz__ink ink, bool dark)
{
    static const viz_palette light_colors = {.value = "#0072B2",
                                             .gradient = "#B84E00",
                                             .ink = "#1A1A1A",
                                             .muted = "#595959",
                                             .highlight = "#7A0177",
                                             .paper = "#FFFFFF"};
    static const viz_palette dark_colors = {.value = "#56B4E9",
                                            .gradient = "#E69F00",
                                            .ink = "#EDEDED",
                                            .muted = "#A8A8A8",
                                            .highlight = "#F49AC2",
                                            .paper = "#16181C"};
    const char *own = chosen(dark ? &o->dark : &o->palette, ink);
    return own != NULL ? own : chosen(dark ? &dark_colors : &light_colors, ink);
}

viz_palette viz__light_palette(const viz_options *o)
{
    return (viz_palette){.value = viz__color(o, VIZ__INK_VALUE, false),
                         .gradient = viz__color(o, VIZ__INK_GRADIENT, false),
                         .ink = viz__color(o, VIZ__INK, false),
                         .muted = viz__color(o, VIZ__INK_MUTED, false),
                         .highlight = viz__color(o, VIZ__INK_HIGHLIGHT, false),
                         .paper = viz__color(o, VIZ__PAPER, false)};
}
