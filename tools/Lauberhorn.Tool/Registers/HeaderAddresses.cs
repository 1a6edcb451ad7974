// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Lauberhorn.Contract;

namespace Lauberhorn.Tool.Registers;

/// <summary>
/// The header's part about where lines are: what a kernel needs to map the pages of an endpoint, and a loop to find its lines.
/// </summary>
internal static class HeaderAddresses
{
    // As LineMap.Number and AddressHashExtensions.Unalias; a test compares them for all lines.
    private const string Functions = """
        static inline __u32
        lauberhorn_region_bits(const struct lauberhorn_window *window)
        {
        	return window->progress_colour_bits == 3 ? 10 : 9;
        }

        static inline __u32
        lauberhorn_line_number(const struct lauberhorn_window *window,
        		       enum lauberhorn_line_kind kind, __u32 owner, __u32 index)
        {
        	__u32 low = window->progress_colour_bits - 1;
        	__u32 mask = (1u << low) - 1;
        	__u32 pair = 1u << (low - 1);
        	__u32 aux = 63u ^ mask;
        	__u32 transmit = aux ^ (1u << low);
        	__u32 region = lauberhorn_region_bits(window);
        	__u32 half = 1u << (region - 1);
        	__u32 colour = owner & 63;
        	__u32 whose = 8;

        	switch (kind) {
        	case LAUBERHORN_LINE_KIND_RECEIVE_CONTROL:
        		if ((colour | mask) == 63 || (colour | pair) == (transmit | pair))
        			colour &= 31;
        		return (owner << region) | (colour ^ ((index & 1) * pair));
        	case LAUBERHORN_LINE_KIND_TRANSMIT_CONTROL:
        		return (owner << region) | half | transmit | ((index & 1) * pair);
        	case LAUBERHORN_LINE_KIND_RECEIVE_AUX:
        		half = 0;
        		/* fall through */
        	case LAUBERHORN_LINE_KIND_TRANSMIT_AUX:
        		return (owner << region) | half | (index >> low) << 6 | aux | (index & mask);
        	case LAUBERHORN_LINE_KIND_PROCESS_STATISTICS:
        		whose = 1;
        		break;
        	case LAUBERHORN_LINE_KIND_CORE_STATISTICS:
        		whose = 2;
        		break;
        	default:
        		break;
        	}
        	return 1u << 20 | whose << 16 | (owner >> low) << 6 | aux | (owner & mask);
        }

        static inline __u64
        lauberhorn_number_address(const struct lauberhorn_window *window, __u64 number)
        {
        	if (window->hash == 1)
        		number ^= (number >> 13 & 31) << 8 ^ (number >> 18 & 7) << 5 ^
        			  ((number >> 16 ^ number >> 5 ^ number >> 18) & 3) << 3 ^
        			  ((number >> 13 ^ number >> 5 ^ number >> 18) & 7);
        	return window->base + number * window->stride;
        }

        static inline __u64
        lauberhorn_line_address(const struct lauberhorn_window *window,
        			enum lauberhorn_line_kind kind, __u32 owner, __u32 index)
        {
        	return lauberhorn_number_address(window,
        		lauberhorn_line_number(window, kind, owner, index));
        }

        static inline __u64
        lauberhorn_region_bytes(const struct lauberhorn_window *window)
        {
        	return window->stride << lauberhorn_region_bits(window);
        }

        static inline __u64
        lauberhorn_region_address(const struct lauberhorn_window *window, __u32 endpoint)
        {
        	__u64 any = lauberhorn_line_address(window,
        		LAUBERHORN_LINE_KIND_RECEIVE_CONTROL, endpoint, 0);

        	return any - ((any - window->base) & (lauberhorn_region_bytes(window) - 1));
        }

        """;

    public static void Write(StringBuilder text)
    {
        HeaderText.Enumeration(text, typeof(LineKind));
        HeaderText.Comment(
            text,
            "Where the NIC's lines are. Each endpoint has a region of memory to itself, lauberhorn_region_bytes() long, which begins at "
            + "lauberhorn_region_address(), a multiple of its size: no page of up to 64 KiB has lines of two endpoints. A process gets the "
            + "pages of its endpoints mapped, those with lines or the region as a whole: cacheable, not copied on fork, not dumped, not "
            + "mapped twice. All lines of a region that are none's read as zeros, and what is written to them is lost. Lines of "
            + "statistics are the kernel's, in the upper half of the window. docs/colours.md has pictures.");
        HeaderText.Comment(
            text,
            "base is the address of the window's first byte, a multiple of its size; stride, hash and progress_colour_bits are what "
            + "LAUBERHORN_REG_LINE_STRIDE, LAUBERHORN_REG_ADDRESS_HASH and LAUBERHORN_REG_PROGRESS_COLOUR_BITS say. The owner of a line "
            + "is an endpoint, or the process, core or service that statistics are of.");
        text.Append("struct lauberhorn_window {\n\t__u64 base;\n\t__u64 stride;\n\t__u32 hash;\n\t__u32 progress_colour_bits;\n};\n\n");
        HeaderText.Comment(text, "Lines in the window, as a power of two: it has stride << LAUBERHORN_LINE_BITS bytes.");
        HeaderText.Define(text, "LAUBERHORN_LINE_BITS", LineMap.LineBits.ToString(CultureInfo.InvariantCulture));
        text.Append('\n').Append(Functions);
    }
}
