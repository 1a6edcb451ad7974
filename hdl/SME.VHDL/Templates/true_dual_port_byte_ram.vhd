-- SPDX-License-Identifier: Apache-2.0
-- A memory with two ports on one clock, each of which reads and writes bytes. A word that is read and written in the
-- same cycle, by the same port or the other one, reads as it was before. Both ports must not write one byte of a word
-- in the same cycle; the C# simulation ends if they do. No reset: block RAM has none for its contents.
-- C#: SME.Components.TrueDualPortByteRam

library ieee;
use ieee.std_logic_1164.all;
use ieee.numeric_std.all;

entity true_dual_port_byte_ram is
  generic (
    byte_count : positive;
    address_width : positive;
    ram_style_name : string
  );
  port (
    clk : in std_logic;
    port_a_enable : in std_logic;
    port_a_write : in std_logic_vector(byte_count - 1 downto 0);
    port_a_address : in std_logic_vector(31 downto 0);
    port_a_item : in std_logic_vector(8 * byte_count - 1 downto 0);
    port_b_enable : in std_logic;
    port_b_write : in std_logic_vector(byte_count - 1 downto 0);
    port_b_address : in std_logic_vector(31 downto 0);
    port_b_item : in std_logic_vector(8 * byte_count - 1 downto 0);
    data_a_item : out std_logic_vector(8 * byte_count - 1 downto 0);
    data_b_item : out std_logic_vector(8 * byte_count - 1 downto 0)
  );
end entity;

architecture rtl of true_dual_port_byte_ram is
  type memory_type is array (0 to 2 ** address_width - 1) of std_logic_vector(8 * byte_count - 1 downto 0);
  -- Devices power memories up as zeros by themselves; synthesis would spell out every word.
  signal memory : memory_type
  -- pragma translate_off
    := (others => (others => '0'))
  -- pragma translate_on
  ;
  signal data_a : std_logic_vector(8 * byte_count - 1 downto 0) := (others => '0');
  signal data_b : std_logic_vector(8 * byte_count - 1 downto 0) := (others => '0');
  attribute ram_style : string;
  attribute ram_style of memory : signal is ram_style_name;
begin
  process (clk)
  begin
    if rising_edge(clk) then
      if port_a_enable = '1' then
        data_a <= memory(to_integer(unsigned(port_a_address(address_width - 1 downto 0))));
        for i in 0 to byte_count - 1 loop
          if port_a_write(i) = '1' then
            memory(to_integer(unsigned(port_a_address(address_width - 1 downto 0))))(8 * i + 7 downto 8 * i)
              <= port_a_item(8 * i + 7 downto 8 * i);
          end if;
        end loop;
      end if;
      if port_b_enable = '1' then
        data_b <= memory(to_integer(unsigned(port_b_address(address_width - 1 downto 0))));
        for i in 0 to byte_count - 1 loop
          if port_b_write(i) = '1' then
            memory(to_integer(unsigned(port_b_address(address_width - 1 downto 0))))(8 * i + 7 downto 8 * i)
              <= port_b_item(8 * i + 7 downto 8 * i);
          end if;
        end loop;
      end if;
    end if;
  end process;

  data_a_item <= data_a;
  data_b_item <= data_b;
end architecture;
