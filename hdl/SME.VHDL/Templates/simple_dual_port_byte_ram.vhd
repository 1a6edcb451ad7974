-- SPDX-License-Identifier: Apache-2.0
-- A memory with a write port that has an enable for each byte, and a read port, on one clock. A word that is read and
-- written in the same cycle reads as it was before. No reset: block RAM has none for its contents.
-- C#: SME.Components.SimpleDualPortByteRam

library ieee;
use ieee.std_logic_1164.all;
use ieee.numeric_std.all;

entity simple_dual_port_byte_ram is
  generic (
    byte_count : positive;
    address_width : positive;
    ram_style_name : string
  );
  port (
    clk : in std_logic;
    write_enable : in std_logic_vector(byte_count - 1 downto 0);
    write_address : in std_logic_vector(31 downto 0);
    write_item : in std_logic_vector(8 * byte_count - 1 downto 0);
    read_enable : in std_logic;
    read_address : in std_logic_vector(31 downto 0);
    data_item : out std_logic_vector(8 * byte_count - 1 downto 0)
  );
end entity;

architecture rtl of simple_dual_port_byte_ram is
  type memory_type is array (0 to 2 ** address_width - 1) of std_logic_vector(8 * byte_count - 1 downto 0);
  -- Devices power memories up as zeros by themselves; synthesis would spell out every word.
  signal memory : memory_type
  -- pragma translate_off
    := (others => (others => '0'))
  -- pragma translate_on
  ;
  signal data : std_logic_vector(8 * byte_count - 1 downto 0) := (others => '0');
  attribute ram_style : string;
  attribute ram_style of memory : signal is ram_style_name;
begin
  process (clk)
  begin
    if rising_edge(clk) then
      if read_enable = '1' then
        data <= memory(to_integer(unsigned(read_address(address_width - 1 downto 0))));
      end if;
      for i in 0 to byte_count - 1 loop
        if write_enable(i) = '1' then
          memory(to_integer(unsigned(write_address(address_width - 1 downto 0))))(8 * i + 7 downto 8 * i)
            <= write_item(8 * i + 7 downto 8 * i);
        end if;
      end loop;
    end if;
  end process;

  data_item <= data;
end architecture;
