// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace SME;

/// <summary>
/// The width of a <see cref="Bits{TWidth}"/> as a type. The struct is also the vector's storage: an inline array of
/// 64-bit words, the least significant first, of exactly ceil(width / 64) words. A width that is missing here is one line:
/// <c>[InlineArray(9)] public struct W517 : IWidth { private ulong word; static int IWidth.Bits => 517; }</c>
/// </summary>
public interface IWidth
{
    /// <summary>The width in bits, 1 or more.</summary>
    static abstract int Bits { get; }
}

#pragma warning disable CS1591, IDE0044, IDE0051, CA1823 // The name says all there is to say; the one field is the array's element.
[InlineArray(1)] public struct W1 : IWidth { private ulong word; static int IWidth.Bits => 1; }
[InlineArray(1)] public struct W2 : IWidth { private ulong word; static int IWidth.Bits => 2; }
[InlineArray(1)] public struct W3 : IWidth { private ulong word; static int IWidth.Bits => 3; }
[InlineArray(1)] public struct W4 : IWidth { private ulong word; static int IWidth.Bits => 4; }
[InlineArray(1)] public struct W5 : IWidth { private ulong word; static int IWidth.Bits => 5; }
[InlineArray(1)] public struct W6 : IWidth { private ulong word; static int IWidth.Bits => 6; }
[InlineArray(1)] public struct W7 : IWidth { private ulong word; static int IWidth.Bits => 7; }
[InlineArray(1)] public struct W8 : IWidth { private ulong word; static int IWidth.Bits => 8; }
[InlineArray(1)] public struct W9 : IWidth { private ulong word; static int IWidth.Bits => 9; }
[InlineArray(1)] public struct W10 : IWidth { private ulong word; static int IWidth.Bits => 10; }
[InlineArray(1)] public struct W11 : IWidth { private ulong word; static int IWidth.Bits => 11; }
[InlineArray(1)] public struct W12 : IWidth { private ulong word; static int IWidth.Bits => 12; }
[InlineArray(1)] public struct W13 : IWidth { private ulong word; static int IWidth.Bits => 13; }
[InlineArray(1)] public struct W14 : IWidth { private ulong word; static int IWidth.Bits => 14; }
[InlineArray(1)] public struct W15 : IWidth { private ulong word; static int IWidth.Bits => 15; }
[InlineArray(1)] public struct W16 : IWidth { private ulong word; static int IWidth.Bits => 16; }
[InlineArray(1)] public struct W17 : IWidth { private ulong word; static int IWidth.Bits => 17; }
[InlineArray(1)] public struct W18 : IWidth { private ulong word; static int IWidth.Bits => 18; }
[InlineArray(1)] public struct W19 : IWidth { private ulong word; static int IWidth.Bits => 19; }
[InlineArray(1)] public struct W20 : IWidth { private ulong word; static int IWidth.Bits => 20; }
[InlineArray(1)] public struct W21 : IWidth { private ulong word; static int IWidth.Bits => 21; }
[InlineArray(1)] public struct W22 : IWidth { private ulong word; static int IWidth.Bits => 22; }
[InlineArray(1)] public struct W23 : IWidth { private ulong word; static int IWidth.Bits => 23; }
[InlineArray(1)] public struct W24 : IWidth { private ulong word; static int IWidth.Bits => 24; }
[InlineArray(1)] public struct W25 : IWidth { private ulong word; static int IWidth.Bits => 25; }
[InlineArray(1)] public struct W26 : IWidth { private ulong word; static int IWidth.Bits => 26; }
[InlineArray(1)] public struct W27 : IWidth { private ulong word; static int IWidth.Bits => 27; }
[InlineArray(1)] public struct W28 : IWidth { private ulong word; static int IWidth.Bits => 28; }
[InlineArray(1)] public struct W29 : IWidth { private ulong word; static int IWidth.Bits => 29; }
[InlineArray(1)] public struct W30 : IWidth { private ulong word; static int IWidth.Bits => 30; }
[InlineArray(1)] public struct W31 : IWidth { private ulong word; static int IWidth.Bits => 31; }
[InlineArray(1)] public struct W32 : IWidth { private ulong word; static int IWidth.Bits => 32; }
[InlineArray(1)] public struct W33 : IWidth { private ulong word; static int IWidth.Bits => 33; }
[InlineArray(1)] public struct W34 : IWidth { private ulong word; static int IWidth.Bits => 34; }
[InlineArray(1)] public struct W35 : IWidth { private ulong word; static int IWidth.Bits => 35; }
[InlineArray(1)] public struct W36 : IWidth { private ulong word; static int IWidth.Bits => 36; }
[InlineArray(1)] public struct W37 : IWidth { private ulong word; static int IWidth.Bits => 37; }
[InlineArray(1)] public struct W38 : IWidth { private ulong word; static int IWidth.Bits => 38; }
[InlineArray(1)] public struct W39 : IWidth { private ulong word; static int IWidth.Bits => 39; }
[InlineArray(1)] public struct W40 : IWidth { private ulong word; static int IWidth.Bits => 40; }
[InlineArray(1)] public struct W41 : IWidth { private ulong word; static int IWidth.Bits => 41; }
[InlineArray(1)] public struct W42 : IWidth { private ulong word; static int IWidth.Bits => 42; }
[InlineArray(1)] public struct W43 : IWidth { private ulong word; static int IWidth.Bits => 43; }
[InlineArray(1)] public struct W44 : IWidth { private ulong word; static int IWidth.Bits => 44; }
[InlineArray(1)] public struct W45 : IWidth { private ulong word; static int IWidth.Bits => 45; }
[InlineArray(1)] public struct W46 : IWidth { private ulong word; static int IWidth.Bits => 46; }
[InlineArray(1)] public struct W47 : IWidth { private ulong word; static int IWidth.Bits => 47; }
[InlineArray(1)] public struct W48 : IWidth { private ulong word; static int IWidth.Bits => 48; }
[InlineArray(1)] public struct W49 : IWidth { private ulong word; static int IWidth.Bits => 49; }
[InlineArray(1)] public struct W50 : IWidth { private ulong word; static int IWidth.Bits => 50; }
[InlineArray(1)] public struct W51 : IWidth { private ulong word; static int IWidth.Bits => 51; }
[InlineArray(1)] public struct W52 : IWidth { private ulong word; static int IWidth.Bits => 52; }
[InlineArray(1)] public struct W53 : IWidth { private ulong word; static int IWidth.Bits => 53; }
[InlineArray(1)] public struct W54 : IWidth { private ulong word; static int IWidth.Bits => 54; }
[InlineArray(1)] public struct W55 : IWidth { private ulong word; static int IWidth.Bits => 55; }
[InlineArray(1)] public struct W56 : IWidth { private ulong word; static int IWidth.Bits => 56; }
[InlineArray(1)] public struct W57 : IWidth { private ulong word; static int IWidth.Bits => 57; }
[InlineArray(1)] public struct W58 : IWidth { private ulong word; static int IWidth.Bits => 58; }
[InlineArray(1)] public struct W59 : IWidth { private ulong word; static int IWidth.Bits => 59; }
[InlineArray(1)] public struct W60 : IWidth { private ulong word; static int IWidth.Bits => 60; }
[InlineArray(1)] public struct W61 : IWidth { private ulong word; static int IWidth.Bits => 61; }
[InlineArray(1)] public struct W62 : IWidth { private ulong word; static int IWidth.Bits => 62; }
[InlineArray(1)] public struct W63 : IWidth { private ulong word; static int IWidth.Bits => 63; }
[InlineArray(1)] public struct W64 : IWidth { private ulong word; static int IWidth.Bits => 64; }
[InlineArray(2)] public struct W66 : IWidth { private ulong word; static int IWidth.Bits => 66; }
[InlineArray(2)] public struct W68 : IWidth { private ulong word; static int IWidth.Bits => 68; }
[InlineArray(2)] public struct W72 : IWidth { private ulong word; static int IWidth.Bits => 72; }
[InlineArray(2)] public struct W80 : IWidth { private ulong word; static int IWidth.Bits => 80; }
[InlineArray(2)] public struct W88 : IWidth { private ulong word; static int IWidth.Bits => 88; }
[InlineArray(2)] public struct W96 : IWidth { private ulong word; static int IWidth.Bits => 96; }
[InlineArray(2)] public struct W104 : IWidth { private ulong word; static int IWidth.Bits => 104; }
[InlineArray(2)] public struct W112 : IWidth { private ulong word; static int IWidth.Bits => 112; }
[InlineArray(2)] public struct W120 : IWidth { private ulong word; static int IWidth.Bits => 120; }
[InlineArray(2)] public struct W128 : IWidth { private ulong word; static int IWidth.Bits => 128; }
[InlineArray(3)] public struct W136 : IWidth { private ulong word; static int IWidth.Bits => 136; }
[InlineArray(3)] public struct W144 : IWidth { private ulong word; static int IWidth.Bits => 144; }
[InlineArray(3)] public struct W152 : IWidth { private ulong word; static int IWidth.Bits => 152; }
[InlineArray(3)] public struct W160 : IWidth { private ulong word; static int IWidth.Bits => 160; }
[InlineArray(3)] public struct W176 : IWidth { private ulong word; static int IWidth.Bits => 176; }
[InlineArray(3)] public struct W192 : IWidth { private ulong word; static int IWidth.Bits => 192; }
[InlineArray(4)] public struct W208 : IWidth { private ulong word; static int IWidth.Bits => 208; }
[InlineArray(4)] public struct W224 : IWidth { private ulong word; static int IWidth.Bits => 224; }
[InlineArray(4)] public struct W240 : IWidth { private ulong word; static int IWidth.Bits => 240; }
[InlineArray(4)] public struct W256 : IWidth { private ulong word; static int IWidth.Bits => 256; }
[InlineArray(5)] public struct W272 : IWidth { private ulong word; static int IWidth.Bits => 272; }
[InlineArray(5)] public struct W288 : IWidth { private ulong word; static int IWidth.Bits => 288; }
[InlineArray(5)] public struct W304 : IWidth { private ulong word; static int IWidth.Bits => 304; }
[InlineArray(5)] public struct W320 : IWidth { private ulong word; static int IWidth.Bits => 320; }
[InlineArray(6)] public struct W336 : IWidth { private ulong word; static int IWidth.Bits => 336; }
[InlineArray(6)] public struct W352 : IWidth { private ulong word; static int IWidth.Bits => 352; }
[InlineArray(6)] public struct W368 : IWidth { private ulong word; static int IWidth.Bits => 368; }
[InlineArray(6)] public struct W384 : IWidth { private ulong word; static int IWidth.Bits => 384; }
[InlineArray(7)] public struct W400 : IWidth { private ulong word; static int IWidth.Bits => 400; }
[InlineArray(7)] public struct W416 : IWidth { private ulong word; static int IWidth.Bits => 416; }
[InlineArray(7)] public struct W432 : IWidth { private ulong word; static int IWidth.Bits => 432; }
[InlineArray(7)] public struct W448 : IWidth { private ulong word; static int IWidth.Bits => 448; }
[InlineArray(8)] public struct W464 : IWidth { private ulong word; static int IWidth.Bits => 464; }
[InlineArray(8)] public struct W480 : IWidth { private ulong word; static int IWidth.Bits => 480; }
[InlineArray(8)] public struct W496 : IWidth { private ulong word; static int IWidth.Bits => 496; }
[InlineArray(8)] public struct W512 : IWidth { private ulong word; static int IWidth.Bits => 512; }
[InlineArray(9)] public struct W528 : IWidth { private ulong word; static int IWidth.Bits => 528; }
[InlineArray(9)] public struct W544 : IWidth { private ulong word; static int IWidth.Bits => 544; }
[InlineArray(9)] public struct W560 : IWidth { private ulong word; static int IWidth.Bits => 560; }
[InlineArray(9)] public struct W576 : IWidth { private ulong word; static int IWidth.Bits => 576; }
[InlineArray(10)] public struct W640 : IWidth { private ulong word; static int IWidth.Bits => 640; }
[InlineArray(11)] public struct W704 : IWidth { private ulong word; static int IWidth.Bits => 704; }
[InlineArray(12)] public struct W768 : IWidth { private ulong word; static int IWidth.Bits => 768; }
[InlineArray(13)] public struct W832 : IWidth { private ulong word; static int IWidth.Bits => 832; }
[InlineArray(14)] public struct W896 : IWidth { private ulong word; static int IWidth.Bits => 896; }
[InlineArray(15)] public struct W960 : IWidth { private ulong word; static int IWidth.Bits => 960; }
[InlineArray(16)] public struct W1024 : IWidth { private ulong word; static int IWidth.Bits => 1024; }
[InlineArray(17)] public struct W1088 : IWidth { private ulong word; static int IWidth.Bits => 1088; }
[InlineArray(18)] public struct W1152 : IWidth { private ulong word; static int IWidth.Bits => 1152; }
[InlineArray(20)] public struct W1280 : IWidth { private ulong word; static int IWidth.Bits => 1280; }
[InlineArray(24)] public struct W1536 : IWidth { private ulong word; static int IWidth.Bits => 1536; }
[InlineArray(28)] public struct W1792 : IWidth { private ulong word; static int IWidth.Bits => 1792; }
[InlineArray(32)] public struct W2048 : IWidth { private ulong word; static int IWidth.Bits => 2048; }
[InlineArray(64)] public struct W4096 : IWidth { private ulong word; static int IWidth.Bits => 4096; }
